import type { EtcdTarget, Route, RouteCan, RouteKey } from "../facts/route.ts";
import type { ListedMember } from "../facts/member.ts";
import { byName } from "../../text/order.ts";
import { parseEndpoint } from "./address.ts";

/** The name of the transport that goes straight to addresses, over the network. */
export const DIRECT = "direct";

/** The route straight to an address. */
export function directRoute(to: EtcdTarget): Route {
  return { key: to.endpoint, transport: DIRECT, to };
}

/** The address that a route leads to, as `host:port`; undefined: it goes to a pod. */
export function addressOf({ to }: Route): string | undefined {
  return "endpoint" in to ? to.endpoint : undefined;
}

/** Where a route leads, as it is shown. */
export function endpointOf({ to }: Route): string {
  return "endpoint" in to ? to.endpoint : `pod ${to.pod}`;
}

const targets = new WeakMap<ListedMember, readonly EtcdTarget[]>();

/** The addresses that a listed member gives its clients, as they are asked. A row never changes, so each is read once. */
export function targetsOf(member: ListedMember): readonly EtcdTarget[] {
  const known = targets.get(member) ?? member.clientUrls.flatMap((url) => parseEndpoint(url, true) ?? []);
  targets.set(member, known);
  return known;
}

/** What is asked of a member; a status can be asked over every route. */
export type Question = "status" | keyof RouteCan;

/** A route, what can be asked over it, and whether its member answers there now. */
export interface UsableRoute {
  readonly can: RouteCan;
  readonly answers: boolean;
}

/**
 * Which of the routes of one member serves a question: the first, in their order, over which it can be asked and is
 * answered; while there is none, the first over which it can be asked. Undefined: it can be asked over none.
 */
export function routeFor<R extends UsableRoute>(question: Question, routes: readonly R[]): R | undefined {
  const able = routes.filter(({ can }) => question === "status" || can[question]);
  return able.find(({ answers }) => answers) ?? able[0];
}

/** What is known of a route and decides whether it is asked. */
export interface RouteKnowledge extends UsableRoute {
  /** it has answered or failed once */
  readonly settled: boolean;
  /** which member answered there last */
  readonly memberId: string | undefined;
  /** which leader it named */
  readonly leaderId: string | undefined;
  readonly list: readonly ListedMember[] | undefined;
}

type Known = ReadonlyMap<RouteKey, RouteKnowledge>;

/** What is asked of every member all the time. */
const STANDING: readonly Question[] = ["status", "raftTerm", "list", "clock"];

/**
 * Which routes to ask: those `offered`, the best first, and for each member that none of them leads to, the one to its
 * first client URL, as etcdctl's `--cluster` does. Of several routes to one member those are left out that no standing
 * question needs, nor one of `also`: one before them serves it. Nothing is added before every offered one had its chance to say which member
 * it is.
 */
export function routesToAsk(
  offered: readonly Route[],
  known: Known,
  also: readonly Question[] = [],
): readonly Route[] {
  const questions = [...STANDING, ...also];
  const routes = offered.filter((route) => !isSpare(route, { questions, offered, known }));
  // One that is left out has said which member it is.
  if (!routes.every(({ key }) => known.get(key)?.settled === true)) return routes;
  // Whether addresses in a list can be reached from here is known only where one is asked straight.
  if (offered.every(({ transport }) => transport !== DIRECT)) return routes;
  const ids = new Set(routes.flatMap(({ key }) => known.get(key)?.memberId ?? []));
  for (const member of listedBy(known)) {
    const urls = targetsOf(member);
    const [first] = urls;
    if (first === undefined || ids.has(member.id)) continue;
    ids.add(member.id);
    if (urls.every(({ endpoint }) => routes.every((route) => addressOf(route) !== endpoint)))
      routes.push(directRoute(first));
  }
  return routes;
}

interface Choice {
  readonly questions: readonly Question[];
  readonly offered: readonly Route[];
  readonly known: Known;
}

/** Whether each question that can be asked over a route is served by one before it, of the same member. */
function isSpare(route: Route, { questions, offered, known }: Choice): boolean {
  const own = known.get(route.key);
  if (own?.memberId === undefined) return false;
  const before = offered
    .slice(0, offered.indexOf(route))
    .flatMap(({ key }) => known.get(key) ?? [])
    .filter(({ memberId, answers }) => answers && memberId === own.memberId);
  return questions.every(
    (question) => routeFor(question, [own]) === undefined || routeFor(question, before) !== undefined,
  );
}

/**
 * The members that those list which answer (if none does, that did). What a member says of itself counts only where it
 * is the only one that speaks: one that was removed still lists itself.
 */
function listedBy(known: Known): readonly ListedMember[] {
  const spoke = [...known.values()].filter((one) => one.list !== undefined);
  const answering = spoke.filter((one) => one.answers);
  const lists = answering.length > 0 ? answering : spoke;
  return lists
    .flatMap(({ memberId, list = [] }) => list.filter(({ id }) => id !== memberId || lists.length === 1))
    .toSorted((a, b) => byName(a.name, b.name));
}
