import { homeKubeconfigs, listedKubeconfigs } from "../../src/transport/kube-http/kubeconfig.ts";

test.each([
  ["linux", "/a:/b::/a", ["/a", "/b"]],
  ["darwin", "/a", ["/a"]],
  ["win32", "C:\\a;D:\\b;;C:\\a", ["C:\\a", "D:\\b"]],
  ["win32", "C:\\a", ["C:\\a"]],
  ["linux", "", []],
  ["linux", undefined, []],
])("on %s KUBECONFIG %j lists %j", (platform, KUBECONFIG, files) => {
  expect(listedKubeconfigs({ env: { KUBECONFIG }, platform })).toEqual(files);
});

const PROFILE = { USERPROFILE: "C:\\Users\\ann" };
const DRIVE = { HOMEDRIVE: "H:", HOMEPATH: "\\ann" };

test.each<[string, Record<string, string>, string[]]>([
  ["linux", { HOME: "/home/ann", ...PROFILE }, ["/home/ann/.kube/config"]],
  ["darwin", { HOME: "/Users/ann" }, ["/Users/ann/.kube/config"]],
  ["linux", {}, ["/system/.kube/config"]],
  ["linux", { HOME: "" }, ["/system/.kube/config"]],
  ["win32", PROFILE, ["C:\\Users\\ann\\.kube\\config"]],
  ["win32", { ...PROFILE, ...DRIVE }, ["H:\\ann\\.kube\\config", "C:\\Users\\ann\\.kube\\config"]],
  ["win32", { ...PROFILE, HOMEDRIVE: "H:" }, ["C:\\Users\\ann\\.kube\\config"]],
  [
    "win32",
    { ...PROFILE, ...DRIVE, HOME: "D:\\git" },
    ["D:\\git\\.kube\\config", "H:\\ann\\.kube\\config", "C:\\Users\\ann\\.kube\\config"],
  ],
  ["win32", { ...PROFILE, HOME: "C:\\Users\\ann" }, ["C:\\Users\\ann\\.kube\\config"]],
])("on %s with %j the kubeconfig may be %j", (platform, env, files) => {
  expect(homeKubeconfigs({ env, platform }, "/system")).toEqual(files);
});
