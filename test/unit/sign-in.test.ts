import { SignIn } from "../../src/transport/etcd-grpc/sign-in.ts";
import { RequestError } from "../../src/core/facts/failure.ts";

const user = { name: "reader", password: "secret" };

test("one token for calls that start together, another one once it is forgotten", async () => {
  let asked = 0;
  const signIn = new SignIn(user, (who) => {
    expect(who).toEqual(user);
    asked += 1;
    return Promise.resolve({ token: `t${asked}` });
  });
  expect(await Promise.all([signIn.token(), signIn.token()])).toEqual(["t1", "t1"]);
  signIn.forget();
  expect(await signIn.token()).toBe("t2");
});

test("an etcd that asks nobody who he is gives no token, and that is no failure", async () => {
  const text = "e1:2379: etcdserver: authentication is not enabled";
  const signIn = new SignIn(user, () => Promise.reject(new RequestError({ code: "other", text })));
  expect(await signIn.token()).toBeUndefined();
});

test("a failure is reported to all that wait, says that a quorum is needed, and is not kept", async () => {
  let asked = 0;
  const silent = { code: "timeout", text: "no answer from e1:2379 within 1.0 s" } as const;
  const signIn = new SignIn(user, () => {
    asked += 1;
    return asked === 1 ? Promise.reject(new RequestError(silent)) : Promise.resolve({ token: "t" });
  });
  await expect(signIn.token()).rejects.toMatchObject({
    failure: {
      code: "timeout",
      text: `${silent.text} (authentication requires a quorum, and etcd takes a while to check the password)`,
    },
  });
  expect(await signIn.token()).toBe("t");
});
