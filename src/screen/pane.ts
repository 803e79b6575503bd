import type { Contents } from "./contents.ts";
import type { Effect } from "./effect.ts";
import type { Action, Binding, Key } from "./input/bindings.ts";
import type { Body, PaneView, Shown, Size, View } from "./view.ts";

/** A pane that can have the focus, whole. It is named in `panes.ts` and where the layout places it, nowhere else. */
export interface PaneSpec<Id extends string = string> {
  readonly id: Id;
  readonly title: string;
  /** the rows for all that it has to show, its head among them; undefined: those that others leave */
  readonly wants?: (view: View) => number;
  readonly render: (view: PaneView, size: Size) => Body;
  /** the keys of its rows, in the order in which they are shown: one of them is selected */
  readonly rows: (shown: Shown) => readonly string[];
  /** the first row stays selected when another becomes the first */
  readonly followsFirst?: boolean;
  /** how it comes and goes, and so when it can have the focus; undefined: it is always there */
  readonly opening?: Opening;
  /** what keys do in it now; undefined: what they do in every pane, and `enter` zooms it */
  readonly keys?: (contents: Contents, zoomed: boolean) => PaneKeys;
  /** what changes when the focus goes elsewhere */
  readonly leave?: (contents: Contents) => Partial<Contents>;
}

/** A pane that cannot have the focus. `of`: the one to whose selected row it belongs, which a press on it focuses. */
export interface SidePane<Id extends string = string, Of extends string = string> {
  readonly id: Id;
  readonly of?: Of;
  readonly wants?: (view: View) => number;
  readonly render: (view: PaneView, size: Size) => Body;
}

/** A pane that a key opens: it takes the place of TIMELINE and MEMBERS, where not all of them have room. */
export interface Opening {
  /** its key, in the last row and in `?` */
  readonly binding: Binding;
  /** whether its key works now; undefined: always */
  readonly works?: (contents: Contents) => boolean;
  /** for a pane whose contents say whether it is open; undefined: its key opens and closes it, and `esc` closes it */
  readonly own?: OwnOpening;
}

/** How a pane opens that has more to do for it. */
export interface OwnOpening {
  readonly isOpen: (contents: Contents) => boolean;
  readonly open: PaneAction;
  /** what `esc` takes back; in the end, the pane */
  readonly back: PaneAction;
  /** what the world is asked for when the program ends meanwhile */
  readonly quit: readonly Effect[];
}

/** What keys do in a pane. */
export interface PaneKeys {
  /** keys that do something of their own here, `enter` among them: without it, it does nothing */
  readonly own: readonly OwnKey[];
  /** all words of the last row; undefined: the usual ones, those of `own` among them */
  readonly shown?: readonly Binding[];
  /** what any key does here, where none does what it does elsewhere; undefined: nothing */
  readonly takes?: (key: Key) => Action | PaneAction | undefined;
  /** moves something by so many lines, in the place of the selection */
  readonly scroll?: (by: number) => Change;
}

/** A key of a pane. `name`: see `keyName`. */
export interface OwnKey extends Binding {
  readonly name: string;
  readonly action: Action | PaneAction;
}

/** What a key makes of the contents. `selected`: the key of the pane's selected row; undefined: the first. */
export type PaneAction = (contents: Contents, selected: string | undefined) => Change;

/** What becomes different. */
export interface Change {
  readonly contents?: Partial<Contents>;
  /** the pane's selected row; `key` undefined: always the first, whichever that is */
  readonly select?: { readonly key: string | undefined };
  readonly effects?: readonly Effect[];
}
