import type { OpenedKey } from "../core/keys/value.ts";
import type { KeySearch } from "../core/keys/search.ts";
import type { Observation } from "../core/facts/observation.ts";
import type { TimelineEvent } from "../core/state.ts";
import type { Instant } from "../core/facts/time.ts";
import type { Key } from "./input/bindings.ts";
import { actionOf } from "./input/keymap.ts";
import type { Monitor, Toast, Updated } from "./monitor.ts";
import type { Pointer } from "./input/pointer.ts";
import { followPointer } from "./input/pointer.ts";
import { cleanText } from "../text/clean.ts";
import { reduce } from "../core/reduce.ts";
import { act } from "./input/act.ts";
import { shortName } from "./panes/lease-words.ts";

/** All that can happen to the screen. */
export type Message =
  | { readonly kind: "observed"; readonly observation: Observation }
  | { readonly kind: "key"; readonly key: Key; readonly at: Instant }
  | { readonly kind: "pointer"; readonly pointer: Pointer; readonly at: Instant }
  /** how far a search has come */
  | { readonly kind: "key-search"; readonly search: KeySearch }
  /** a hit was read on every member */
  | { readonly kind: "key-opened"; readonly key: OpenedKey }
  /** a toast */
  | { readonly kind: "notice"; readonly text: string; readonly tone: Toast["tone"]; readonly at: Instant };

/** What a message makes of the screen. Pure and total: the only way to a new state. */
export function update(monitor: Monitor, message: Message): Updated {
  switch (message.kind) {
    case "observed":
      return quietly(observed(monitor, message.observation));
    case "key":
      return pressed(monitor, message.key, message.at);
    case "pointer":
      return quietly(followPointer(monitor, message.pointer, message.at));
    case "key-search":
      return quietly(found(monitor, message.search));
    case "key-opened":
      return quietly(opened(monitor, message.key));
    case "notice": {
      const { text, tone, at } = message;
      return quietly({ ...monitor, toast: { text: cleanText(text), tone, at, whilePaused: false } });
    }
  }
}

function quietly(monitor: Monitor): Updated {
  return { monitor, effects: [] };
}

function observed(monitor: Monitor, observation: Observation): Monitor {
  const state = reduce(monitor.state, observation);
  const next = { ...monitor, state };
  const toast = monitor.paused && newest(monitor.state.events, state.events);
  return toast ? { ...next, toast } : next;
}

/** The newest event, if it is worth a toast while the screen is paused. */
function newest(before: readonly TimelineEvent[], after: readonly TimelineEvent[]): Toast | undefined {
  const event = after.find((e) => !before.includes(e));
  if (event === undefined || event.tone === "note") return undefined;
  const tone = event.tone === "up" ? "ok" : event.tone;
  return { text: `${shortName(event.subject)}: ${event.text}`, tone, at: event.at, whilePaused: true };
}

function found(monitor: Monitor, result: KeySearch): Monitor {
  const { search } = monitor;
  if (search?.query.trim() !== result.query) return monitor;
  return { ...monitor, search: { ...search, result } };
}

function opened(monitor: Monitor, key: OpenedKey): Monitor {
  const { search } = monitor;
  if (search?.opened?.key !== "asking") return monitor;
  return { ...monitor, search: { ...search, opened: { ...search.opened, key } } };
}

function pressed(monitor: Monitor, key: Key, at: Instant): Updated {
  const action = actionOf(key, monitor);
  return action === undefined ? quietly(monitor) : act(monitor, action, at);
}
