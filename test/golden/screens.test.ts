import { readdirSync } from "node:fs";
import { FOLDER, expectGolden, picture } from "./golden-file.ts";
import { SHOTS, Studio, nameOf } from "./shots.ts";

const studio = new Studio();

afterAll(() => {
  studio[Symbol.dispose]();
});

test.each(SHOTS.map((shot) => [nameOf(shot), shot] as const))("%s", async (name, shot) => {
  const { headless } = await studio.shoot(shot);
  expectGolden(name, picture(headless.cells()));
});

test("every golden file is compared with a picture", () => {
  const compared = new Set(SHOTS.map((shot) => `${nameOf(shot)}.txt`));
  expect(readdirSync(FOLDER).filter((file) => !compared.has(file))).toEqual([]);
});
