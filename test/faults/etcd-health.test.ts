import { startEtcd } from "../etcd-for-file.ts";
import { runHere } from "../lab/in-process.ts";

test("beside a frozen member etcd health takes 5 s in all: what the first look took is not waited for again", async () => {
  await using cluster = await startEtcd();
  cluster.member("m3").freeze();
  const { code, stderr } = await runHere(["etcd", "health"], cluster.env);
  expect(code).toBe(1);
  const [, waited = ""] = /no answer from \S+ within (\d\.\d) s/.exec(stderr) ?? [];
  // The look took 1.5 s at least, as that member did not answer it.
  expect(Number(waited)).toBeLessThanOrEqual(3.5);
}, 60_000);
