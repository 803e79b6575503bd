import { pluginName, underName } from "../../src/cli/plugin-name.ts";

test.each([
  ["/home/ann/.krew/bin/kubectl-ha", "ha"],
  ["/home/ann/.krew/bin/kubectl-control_plane_ha", "control-plane-ha"],
  ["kubectl-control_plane_ha", "control-plane-ha"],
  ["C:\\krew\\bin\\kubectl-control_plane_ha.exe", "control-plane-ha"],
  ["/work/src/main.ts", "ha"],
  // kubectl reads this one as a subcommand, and it is not called by that alone.
  ["/bin/kubectl-ha-old", "ha"],
  ["/bin/kubectl-ha.v1", "ha"],
  ["/bin/kubectl-\u001b[31mx", "ha"],
  ["", "ha"],
  [undefined, "ha"],
])("%j is kubectl %s", (path, name) => {
  expect(pluginName(path)).toBe(name);
});

test("texts have the plugin's name, addresses and files keep theirs", () => {
  const text = "see 'kubectl ha top --help'; kubectl happens, kubectl-ha";
  expect(underName(text, "ha")).toBe(text);
  expect(underName(text, "control-plane-ha")).toBe(
    "see 'kubectl control-plane-ha top --help'; kubectl happens, kubectl-ha",
  );
});
