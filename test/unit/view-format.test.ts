import {
  duration,
  integer,
  latency,
  percent,
  shortDuration,
  timeOfDay,
  timePart,
  timeToTenth,
  window,
  windowLeft,
} from "../../src/output/format.ts";
import { bytes } from "../../src/text/bytes.ts";

describe("durations", () => {
  test.each([
    [0, "0.0 s"],
    [-0.04, "0.0 s"],
    [0.6, "0.6 s"],
    [18.44, "18.4 s"],
    [99.94, "99.9 s"],
    [99.96, "1 min 40 s"],
    [220, "3 min 40 s"],
    [125, "2 min 05 s"],
    [3599.96, "1 h 00 min"],
    [15_120, "4 h 12 min"],
    [86_400, "1 d 00 h"],
    [273_600, "3 d 04 h"],
  ])("%f is %s", (seconds, text) => {
    expect(duration(seconds)).toBe(text);
  });

  test.each([
    [0.6, "0.6 s"],
    [99.94, "99.9 s"],
    [99.96, "100 s"],
    [222.4, "222 s"],
    [999.94, "999 s"],
    [1000, "16 min"],
    [3599.94, "59 min"],
    [3600, "1.0 h"],
    [15_120, "4.2 h"],
    [86_399.94, "23.9 h"],
    [86_400, "1.0 d"],
    [8_639_999.94, "99.9 d"],
    [8_640_000, "100 d"],
  ])("%f is %s in a column", (seconds, text) => {
    expect(shortDuration(seconds)).toBe(text);
  });

  test.each([
    [0.0012, "1.2 ms"],
    [0.00996, "10 ms"],
    [0.0381, "38 ms"],
    [0.9996, "1.0 s"],
    [1.4, "1.4 s"],
  ])("an answer after %f s took %s", (seconds, text) => {
    expect(latency(seconds)).toBe(text);
  });
});

describe("a takeover's window", () => {
  test("is whole seconds from its start, rounded outwards", () => {
    expect(window({ from: 15, to: 23.8 })).toBe("15 to 24 s");
    expect(window({ from: 137, to: 195.2 })).toBe("137 to 196 s");
    expect(window({ from: 0, to: 4.4 })).toBe("within 4.4 s");
  });

  test("shrinks as time goes by", () => {
    expect(windowLeft({ from: 15, to: 23.8 }, 9.2)).toBe("in 5.8 to 14.6 s");
    expect(windowLeft({ from: 15, to: 23.8 }, 15)).toBe("within 8.8 s");
    expect(windowLeft({ from: 0, to: 4.4 }, 0.9)).toBe("within 3.5 s");
    expect(windowLeft({ from: 0, to: 4.4 }, 5)).toBe("within 0.0 s");
    expect(windowLeft({ from: 137, to: 195 }, 1)).toBe("in 136 to 194 s");
  });
});

describe("numbers", () => {
  test("integers have their thousands apart, 64-bit ones too", () => {
    expect([0, 999, 1000, 1_204_318].map(integer)).toEqual(["0", "999", "1,000", "1,204,318"]);
    expect(integer(18_446_744_073_709_551_615n)).toBe("18,446,744,073,709,551,615");
    expect(integer(-1000)).toBe("-1,000");
  });

  test("bytes are decimal, as etcdctl prints them", () => {
    const sizes = [0n, 999n, 1000n, 9_960n, 446_123_456n, 2_147_483_648n, 999_600_000n];
    expect(sizes.map(bytes)).toEqual(["0 B", "999 B", "1.0 kB", "10 kB", "446 MB", "2.1 GB", "1.0 GB"]);
  });

  test("percent of nothing is not known, and little is not nothing", () => {
    expect(percent(61n, 100n)).toBe("61 %");
    expect(percent(1n, 1000n)).toBe("<1 %");
    expect(percent(0n, 1000n)).toBe("0 %");
    expect(percent(1n, 0n)).toBeUndefined();
  });
});

describe("times of day", () => {
  const at = { wall: Date.UTC(2026, 10, 22, 13, 51, 32, 899), mono: 0 };

  test("are UTC and cut, not rounded: the second that is shown has begun", () => {
    expect(timeOfDay(at)).toBe("13:51:32");
    expect(timeToTenth(at)).toBe("13:51:32.8");
  });

  test("of a lease keep all their digits", () => {
    expect(timePart("2026-11-22T13:51:32.804634Z")).toBe("13:51:32.804634");
    expect(timePart("2026-11-22T13:51:32Z")).toBe("13:51:32");
    expect(timePart("2026-11-22T13:51:32.1+02:00")).toBe("2026-11-22T13:51:32.1+02:00");
    expect(timePart("nonsense")).toBe("nonsense");
  });
});
