import type { Host } from "./host.ts";

/** What stops the process on ctrl-z, and takes the terminal over again when it goes on. */
export interface Suspender {
  suspend(): void;
  /** whether somebody else has the terminal */
  away(): boolean;
  stop(): void;
}

interface Parts {
  readonly host: Host;
  readonly platform: string;
  readonly leave: () => void;
  readonly enter: () => void;
}

/** So long is waited for the stop to happen: a process whose group has no shell above it is not stopped at all. */
const STOPPED_WITHIN = 200;

/**
 * ctrl-z with a screen: leaves it, stops the whole process group as the terminal itself would have done, and enters
 * it again on SIGCONT. Where nothing stops it (no job control), it comes back by itself.
 */
export function suspender({ host, platform, leave, enter }: Parts): Suspender {
  let away = false;
  let timer: NodeJS.Timeout | undefined;
  const back = (): void => {
    clearTimeout(timer);
    away = false;
    enter();
  };
  const continued = (): void => {
    // Also after a stop that nobody announced: the shell has used the terminal since.
    if (!away) leave();
    back();
  };
  host.on("SIGCONT", continued);
  return {
    suspend() {
      if (away || platform === "win32") return;
      away = true;
      leave();
      // While the process is stopped no time goes by for it: the timer fires when it goes on, or when nothing stopped it.
      timer = setTimeout(back, host.stoppedWithin ?? STOPPED_WITHIN);
      host.kill(0, "SIGTSTP");
    },
    away: () => away,
    stop() {
      clearTimeout(timer);
      host.removeListener("SIGCONT", continued);
    },
  };
}
