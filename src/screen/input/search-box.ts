import type { KeyHit } from "../../core/keys/search.ts";
import type { Contents, SearchBox } from "../contents.ts";
import type { Effect } from "../effect.ts";
import type { Change, OwnKey, Opening, PaneAction, PaneKeys } from "../pane.ts";
import type { Binding, Action, Key } from "./bindings.ts";
import { BACK, HELP, NEXT, QUIT, ZOOM, keyName } from "./bindings.ts";
import { cleanText } from "../../text/clean.ts";
import { mostOpenedKeyLines } from "../../output/opened-key.ts";
import { selectedIndex } from "../panes/visible-rows.ts";

/** Keys are read as long as the box is open. */
const STOPPED: readonly Effect[] = [{ kind: "cancel-search" }];

/** `/` opens the box, and goes back into it. Where there is no etcd there is no search. */
export const SEARCH: Opening = {
  binding: { keys: "/", short: "search", long: "search keys in etcd", goes: 3 },
  works: ({ state, search }) => state.etcd.members.size > 0 || search !== undefined,
  own: { isOpen: ({ search }) => search !== undefined, open: openBox, back, quit: STOPPED },
};

/** Keys are read from now on, so that they are there for the first letter. */
function openBox({ search }: Contents): Change {
  const query = search?.query ?? "";
  return {
    contents: { search: { query, typing: true, result: search?.result, opened: undefined } },
    effects: search === undefined ? [{ kind: "search", query }] : [],
  };
}

/** From an opened key to the hits; from there the box closes. */
function back({ search }: Contents): Change {
  if (search?.opened) return { contents: { search: { ...search, opened: undefined } } };
  return { contents: { search: undefined }, effects: STOPPED };
}

/** Without the focus nothing is typed into the box. */
export function leaveBox({ search }: Contents): Partial<Contents> {
  return { search: search && { ...search, typing: false } };
}

/** What keys do in KEYS: letters go into the box, `enter` opens a hit, and an opened key can be scrolled and zoomed. */
export function searchKeys({ search }: Contents, zoomed: boolean): PaneKeys {
  if (search?.typing) return { own: [], shown: TYPING, takes: (key) => typingKey(search, key) };
  if (search?.opened)
    return { own: [ZOOM], shown: zoomed ? ZOOMED : OPENED, scroll: (by) => scrollKey(search, by) };
  return { own: hitsOf(search).length > 0 ? [OPEN] : [] };
}

const TYPING: readonly Binding[] = [
  { keys: "enter", short: "results", long: "", goes: 0 },
  { keys: "ctrl-u", short: "clear", long: "", goes: 2 },
  { ...NEXT, goes: 1 },
  BACK,
];
const OPENED: readonly Binding[] = [{ ...BACK, short: "results" }, NEXT, ZOOM, HELP, QUIT];
const ZOOMED: readonly Binding[] = [{ ...BACK, short: "back" }, NEXT, HELP, QUIT];
const OPEN: OwnKey = { name: "enter", keys: "enter", short: "open", long: "", goes: 0, action: openKey };

const TYPING_KEYS: ReadonlyMap<string, Action | PaneAction> = new Map<string, Action | PaneAction>([
  ["enter", toHits],
  ["ctrl-u", emptyBox],
  ["tab", "next-pane"],
  ["shift-tab", "previous-pane"],
  ["escape", "back"],
]);

function typingKey(search: SearchBox, key: Key): Action | PaneAction | undefined {
  return TYPING_KEYS.get(keyName(key)) ?? typed(search, key);
}

const LONGEST_QUERY = 200;

function typed(search: SearchBox, key: Key): PaneAction | undefined {
  const query =
    key.name === "backspace"
      ? Array.from(search.query).slice(0, -1).join("")
      : (search.query + printable(key.text)).slice(0, LONGEST_QUERY);
  if (key.ctrl || query === search.query) return undefined;
  return () => ({
    contents: { search: { ...search, query } },
    select: { key: undefined },
    effects: [{ kind: "search", query: query.trim() }],
  });
}

/** What a key types; a blank is a blank, which cleaning alone would trim. */
function printable(text: string): string {
  return text === " " ? text : cleanText(text);
}

function emptyBox({ search }: Contents): Change {
  return {
    contents: { search: search && { ...search, query: "" } },
    effects: [{ kind: "search", query: "" }],
  };
}

/** The first hit is selected as that key: another may become the first when the members have answered. */
function toHits({ search }: Contents, selected: string | undefined): Change {
  return {
    contents: { search: search && { ...search, typing: false } },
    select: { key: selectedHit(search, selected)?.text },
  };
}

function openKey({ search }: Contents, selected: string | undefined): Change {
  const hit = selectedHit(search, selected);
  if (search === undefined || hit === undefined) return {};
  return {
    contents: { search: { ...search, opened: { key: "asking", top: 0 } } },
    effects: [{ kind: "open-key", hit }],
  };
}

/** Moves the lines of an opened key; it stops at the ends. */
function scrollKey(search: SearchBox, by: number): Change {
  if (search.opened === undefined) return {};
  const { key, top } = search.opened;
  const last = key === "asking" ? 0 : mostOpenedKeyLines(key) - 1;
  const to = Math.max(0, Math.min(top + by, last));
  return { contents: { search: { ...search, opened: { key, top: to } } } };
}

function selectedHit(search: SearchBox | undefined, selected: string | undefined): KeyHit | undefined {
  return hitsOf(search)[selectedIndex(selected, hitKeys(search))];
}

/** The hits by their keys: a key's text is never that of another key. */
export function hitKeys(search: SearchBox | undefined): readonly string[] {
  return hitsOf(search).map(({ text }) => text);
}

function hitsOf(search: SearchBox | undefined): readonly KeyHit[] {
  return search?.result?.hits ?? [];
}
