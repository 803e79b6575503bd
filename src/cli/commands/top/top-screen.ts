import type { Instant, Seconds } from "../../../core/facts/time.ts";
import type { KeyHit, KeySearch } from "../../../core/keys/search.ts";
import type { OpenedKey } from "../../../core/keys/value.ts";
import type { Effect } from "../../../screen/effect.ts";
import type { Monitor } from "../../../screen/monitor.ts";
import type { Screen } from "../../../screen/screen.ts";
import type { Message } from "../../../screen/update.ts";
import { update } from "../../../screen/update.ts";
import type { Terminal } from "../../../terminal/terminal.ts";
import { isVisibleChange, secondsUntilPaint } from "../../../screen/repaint.ts";
import { reasonOf } from "../../../core/facts/failure.ts";
import { layout } from "../../../screen/layout/layout.ts";
import { pointAt } from "../../../screen/input/pointer.ts";

/** What the screen works with. `browse` makes what reads keys, searches and opens them; it tells how far that has come. */
export interface TopParts {
  readonly terminal: Terminal;
  readonly clock: () => Instant;
  /** seconds between repaints in which only time went by */
  readonly interval: Seconds;
  readonly browse: (tell: (search: KeySearch) => void) => Browser;
}

/** See KeyBrowser. */
export interface Browser {
  readonly run: (signal: AbortSignal) => Promise<void>;
  readonly ask: (query: string, signal: AbortSignal) => void;
  readonly open: (hit: KeyHit, signal: AbortSignal) => Promise<OpenedKey | undefined>;
}

/**
 * The loop of the full screen: every message goes through `update`, the picture is painted as often as something in
 * it changes and no oftener, and what the screen asks of the world is done. Its user ends it by `quit`.
 */
export class TopScreen implements Disposable {
  readonly #parts: TopParts;
  readonly #quit: (error?: Error) => void;
  #monitor: Monitor;
  #screen: Screen | undefined;
  #paintedAt: Instant | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** something new waits to be shown */
  #news = false;
  /** set while the box is open */
  #browsing: { readonly browser: Browser; readonly over: AbortController } | undefined;

  /** `quit` is called when the user leaves, or with the error that leaves nothing else to do. */
  constructor(parts: TopParts, monitor: Monitor, quit: (error?: Error) => void) {
    this.#parts = parts;
    this.#monitor = monitor;
    this.#quit = quit;
    const { terminal, clock } = parts;
    terminal.onKey((key) => {
      this.send({ kind: "key", key, at: clock() });
    });
    terminal.onMouse((event) => {
      const pointer = this.#screen && pointAt(this.#screen, event);
      if (pointer) this.send({ kind: "pointer", pointer, at: clock() });
    });
    terminal.onResize(() => {
      this.#paint();
    });
    terminal.onGone(() => {
      quit();
    });
    this.#paint();
  }

  /** Something happened. */
  send(message: Message): void {
    const { state: before, search } = this.#monitor;
    const { monitor, effects } = update(this.#monitor, message);
    this.#monitor = monitor;
    for (const effect of effects) this.#carryOut(effect);
    // That time goes by is waited for already.
    if (message.kind === "observed") {
      if (isVisibleChange(before, monitor.state)) this.#paintSoon(true);
    } else if (message.kind === "key-search" && message.search.query === search?.result?.query)
      this.#paintSoon(true);
    // A person who pressed a key looks for what it does: the first hits of a query are a part of that.
    else this.#paint();
  }

  /** Ends the search and the repainting; the terminal is not closed. */
  [Symbol.dispose](): void {
    this.#stopBrowsing();
    clearTimeout(this.#timer);
  }

  #carryOut(effect: Effect): void {
    switch (effect.kind) {
      case "quit":
        this.#quit();
        return;
      case "cancel-search":
        this.#stopBrowsing();
        return;
      case "search":
        this.#browsing ??= this.#browse();
        this.#browsing.browser.ask(effect.query, this.#browsing.over.signal);
        return;
      case "open-key":
        this.#open(effect.hit);
    }
  }

  #browse(): { browser: Browser; over: AbortController } {
    const over = new AbortController();
    const browser = this.#parts.browse((search) => {
      if (!over.signal.aborted) this.send({ kind: "key-search", search });
    });
    this.#orQuit(browser.run(over.signal));
    return { browser, over };
  }

  #open(hit: KeyHit): void {
    if (this.#browsing === undefined) return;
    const { browser, over } = this.#browsing;
    const opening = browser.open(hit, over.signal).then((key) => {
      if (key !== undefined && !over.signal.aborted) this.send({ kind: "key-opened", key });
    });
    this.#orQuit(opening, over.signal);
  }

  /** An error that nobody else hears of ends the program; one of what was called off is none. */
  #orQuit(work: Promise<void>, over?: AbortSignal): void {
    work.catch((error: unknown) => {
      if (over?.aborted !== true) this.#quit(error instanceof Error ? error : new Error(reasonOf(error)));
    });
  }

  #stopBrowsing(): void {
    this.#browsing?.over.abort();
    this.#browsing = undefined;
  }

  /** `news`: there is something new to show; else only time has gone by. */
  #paintSoon(news: boolean): void {
    clearTimeout(this.#timer);
    this.#news ||= news;
    const changed = this.#news;
    const seconds = secondsUntilPaint({
      changed,
      hasLiveTimer: this.#screen?.hasLiveTimer === true,
      paintedAt: this.#paintedAt,
      now: this.#parts.clock(),
      interval: this.#parts.interval,
    });
    this.#timer = setTimeout(() => {
      this.#paint();
    }, seconds * 1000);
  }

  #paint(): void {
    const { terminal, clock } = this.#parts;
    const now = clock();
    this.#screen = layout(this.#monitor, terminal.size(), now, { ascii: terminal.ascii });
    terminal.paint(this.#screen);
    this.#paintedAt = now;
    this.#news = false;
    this.#paintSoon(false);
  }
}
