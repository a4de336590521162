/**
 * What a newer document changes for a client.
 *
 * Holds a recorded operation against another description of it and says for every difference whether it breaks a client
 * that sends JSON, takes 200 for a success and ignores what it doesn't know, changes a meaning, or is harmless.
 *
 * @module
 */
import * as Result from "effect/Result"
import type { Deviation } from "../client/Deviation.ts"
import type { OpenApiOperation } from "./OpenApi.ts"
import * as OpenApi from "./OpenApi.ts"
import * as Parts from "./Part.ts"
import { show } from "./Part.ts"

/** What a difference means for the client. */
export type Verdict = "breaks this client" | "changes a meaning" | "harmless"

/** What can happen to a part of the operation. */
export type Change =
  | "added"
  | "removed"
  | "now required"
  | "now optional"
  | "now deprecated"
  | "no longer deprecated"
  | "more types"
  | "fewer types"
  | "other types"
  | "other format"
  | "no longer empty"
  | "other limits"
  | "other wording"

/**
 * What a rule may ask besides:
 *
 * - `required`: the part that is added or removed must be there
 * - `lenient`: the client is known to do without what the contract says here (its deviations)
 * - `optional or lenient`: the recorded contract doesn't require the part, or the client does without it
 * - `pages`: its name speaks of pages, such as `next_page_cursor`
 */
export type Condition = "required" | "lenient" | "optional or lenient" | "pages"

/** One row of the table that decides. */
export interface Rule {
  /** The kinds of parts that the rule is about. */
  readonly on: ReadonlyArray<Parts.PartKind> | "anything"
  /** The changes that it is about. */
  readonly changes: ReadonlyArray<Change>
  /** When it applies only then. */
  readonly when?: Condition
  /** What such a change means. */
  readonly verdict: Verdict
  /** Why. */
  readonly because: string
}

const rule = (
  on: Parts.PartKind | Rule["on"],
  changes: Change | ReadonlyArray<Change>,
  when: Condition | undefined,
  verdict: Verdict,
  because: string
): Rule => ({
  on: on === "anything" || typeof on !== "string" ? on : [on],
  changes: typeof changes === "string" ? [changes] : changes,
  ...(when !== undefined && { when }),
  verdict,
  because
})

const breaks = "breaks this client"
const meaning = "changes a meaning"
const harmless = "harmless"

const answer = ["envelope field", "item field"] as const

/** The rules: the first that fits decides. What none of them fits changes a meaning: it wants a look. */
// dprint-ignore
export const rules: ReadonlyArray<Rule> = [
  // Anywhere
  rule("anything", "other wording", undefined, harmless, "words bind nobody, but may tell of a change: read them"),
  rule("anything", "now deprecated", undefined, meaning, "it works for now, and may go away"),
  rule("anything", "no longer deprecated", undefined, harmless, "the client uses it either way"),

  // Where, and with what credential
  rule("server", "removed", undefined, meaning, "the client calls this address unless told otherwise"),
  rule("server", "added", undefined, harmless, "the client calls it only when told to"),
  rule("credential", "removed", undefined, breaks, "who uses this kind of credential is refused"),
  rule("credential", "added", undefined, meaning, "others may list them now; the client has no such credential"),
  rule("credential", "other limits", undefined, breaks, "the client sends this credential in the old way"),
  rule("credential", "other format", undefined, meaning, "another kind of token may be expected"),

  // What is sent
  rule("request body", ["removed", "other types"], undefined, breaks, "the filters can't be sent any more"),
  rule("request body", ["now required", "now optional"], undefined, harmless, "the client always sends a body"),
  rule(["filter", "parameter"], "added", "required", breaks, "the client doesn't send it, so every call is refused"),
  rule(["filter", "parameter"], "added", "pages", meaning, "one answer may no longer hold every item"),
  rule(["filter", "parameter"], "added", undefined, harmless, "the client doesn't send it"),
  rule("filter", "removed", undefined, breaks, "the service would ignore it, and list items that nobody asked for"),
  rule("filter", "now required", undefined, breaks, "calls without it are refused"),
  rule("filter", "now optional", undefined, harmless, "the client may still send it"),
  rule("filter", "more types", undefined, harmless, "what the client sends is still taken"),
  rule("filter", ["fewer types", "other types"], undefined, breaks, "what the client sends is refused"),
  rule("filter", "no longer empty", undefined, harmless, "the client never sends an empty one"),
  rule("filter", ["other format", "other limits"], undefined, meaning, "values that were taken may be refused, or mean something else"),

  // What comes back
  rule("response", "removed", undefined, breaks, "the client takes no other status for a success"),
  rule("other success", "added", undefined, breaks, "the client takes only 200 for a success, and follows no redirect"),
  rule("other success", ["removed", "other limits"], undefined, harmless, "the client never took it for a success"),
  rule("known failure", ["added", "removed", "other limits"], undefined, harmless, "the client knows this failure, whatever its body"),
  rule("other failure", "added", undefined, meaning, "the client has no name for this failure"),
  rule("other failure", ["removed", "other limits"], undefined, harmless, "it is one of the client's unexpected statuses, whatever its body"),
  rule(["envelope field", "response header"], "added", "pages", meaning, "one answer may no longer hold every item"),
  rule([...answer, "response header"], "added", undefined, harmless, "the client ignores what it doesn't know"),
  rule("envelope field", "removed", "optional or lenient", harmless, "the client doesn't look for it"),
  rule("item field", "removed", "optional or lenient", meaning, "the client does without, but programs that read it find nothing"),
  rule(answer, "removed", undefined, breaks, "the client needs it, and refuses an answer without it"),
  rule(answer, "now required", undefined, harmless, "the client takes it when it comes"),
  rule(answer, "now optional", "lenient", harmless, "the client does without it already"),
  rule(answer, "now optional", undefined, breaks, "the client needs it, and refuses an answer without it"),
  rule(answer, "fewer types", undefined, meaning, "the client takes them, but values that meant something no longer come"),
  rule(answer, ["more types", "other types"], undefined, breaks, "the client refuses values of the new types"),
  rule(answer, "other format", "lenient", meaning, "the client takes any format here, but programs may rely on the old one"),
  rule(answer, "other format", undefined, breaks, "the client reads the old format only"),
  rule(answer, ["no longer empty", "other limits"], undefined, meaning, "the client takes the values, but programs may rely on the old ones"),

  // Everything else
  rule("other media type", ["added", "removed"], undefined, harmless, "the client speaks JSON only"),
  rule("response header", ["removed", "other limits"], undefined, harmless, "the client needs none")
]

/** One difference between the recorded contract and another document. */
export interface Difference {
  /** Where, as a JSON pointer from the operation, with references resolved. */
  readonly place: string
  /** What kind of part it is about. */
  readonly kind: Parts.PartKind
  /** What happened to it. */
  readonly change: Change
  /** What it means for this client. */
  readonly verdict: Verdict
  /** What happened and why it has that verdict, in one sentence. */
  readonly sentence: string
}

const pages = /(^|[ _.-])(page|pages|pagination|cursor|offset|next|link|has_more|(?<!ratelimit-)limit)($|[ _-])/i

const isLenient = (deviations: ReadonlyArray<Deviation>, part: Parts.Part, change: Change): boolean =>
  deviations.some(({ aspect, effect, field, side }) =>
    side === "response" && effect === "accepts more" && field === part.name &&
    aspect === (change === "other format" ? "format" : "required")
  )

const holds = (
  deviations: ReadonlyArray<Deviation>,
  condition: Condition | undefined,
  part: Parts.Part,
  change: Change
): boolean => {
  switch (condition) {
    case undefined:
      return true
    case "required":
      return part.required
    case "lenient":
      return isLenient(deviations, part, change)
    case "optional or lenient":
      return !part.required || isLenient(deviations, part, change)
    case "pages":
      return pages.test(part.name)
  }
}

const words: { readonly [C in Change]: string } = {
  "added": "is new",
  "removed": "is gone",
  "now required": "is now required",
  "now optional": "is now optional",
  "now deprecated": "is now deprecated",
  "no longer deprecated": "is no longer deprecated",
  "more types": "may have more types",
  "fewer types": "may have fewer types",
  "other types": "has other types",
  "other format": "has another format",
  "no longer empty": "must no longer be empty",
  "other limits": "has other limits",
  "other wording": "is worded differently"
}

/** Says what happened to a part, and what it means. */
type Describe = (change: Change, part: Parts.Part, detail?: string) => Difference

const describing = (deviations: ReadonlyArray<Deviation>): Describe => (change, part, detail = "") => {
  const decisive = rules.find(({ changes, on, when }) =>
    (on === "anything" || on.includes(part.kind)) && changes.includes(change) && holds(deviations, when, part, change)
  )
  const { because, verdict } = decisive ?? { because: "no rule knows this change: look at it", verdict: meaning }
  const what = `the ${part.kind} ${show(part.name)} ${words[change]}${detail === "" ? "" : ` (${detail})`}`
  return { place: part.place, kind: part.kind, change, verdict, sentence: `${what}: ${because}.` }
}

const typesChange = (before: ReadonlyArray<string>, after: ReadonlyArray<string>): Change => {
  if (Parts.typesWithin(before, after)) return "more types"
  return Parts.typesWithin(after, before) ? "fewer types" : "other types"
}

const beforeAndNow = (before: string | undefined, now: string | undefined): string =>
  `${show(before ?? "none")} before, ${show(now ?? "none")} now`

const changesOf = (before: Parts.Part, after: Parts.Part, describe: Describe): ReadonlyArray<Difference> => {
  const differing = (of: "limits" | "notes"): ReadonlyArray<string> =>
    [...new Set([...before[of].keys(), ...after[of].keys()])].sort()
      .filter((keyword) => before[of].get(keyword) !== after[of].get(keyword))
  const found: Array<Difference> = []
  if (before.required !== after.required) {
    found.push(describe(after.required ? "now required" : "now optional", before))
  }
  if (before.deprecated !== after.deprecated) {
    found.push(describe(after.deprecated ? "now deprecated" : "no longer deprecated", before))
  }
  if (before.types.join() !== after.types.join()) {
    const detail = beforeAndNow(before.types.join(" or "), after.types.join(" or "))
    found.push(describe(typesChange(before.types, after.types), before, detail))
  }
  if (before.format !== after.format) {
    found.push(describe("other format", before, beforeAndNow(before.format, after.format)))
  }
  for (const keyword of differing("limits")) {
    const detail = beforeAndNow(before.limits.get(keyword), after.limits.get(keyword))
    const isNoLongerEmpty = keyword === "minLength" && !before.limits.has(keyword) && after.limits.get(keyword) === "1"
    found.push(describe(isNoLongerEmpty ? "no longer empty" : "other limits", before, `${show(keyword)}: ${detail}`))
  }
  const notes = differing("notes")
  if (notes.length > 0) found.push(describe("other wording", before, notes.map((keyword) => show(keyword)).join(", ")))
  return found
}

/** Whether a part could hold another that is inside of it: if it can't, that it changed its types says it all. */
const canHold = (outer: Parts.Part, place: string): boolean => {
  const [, step] = place.slice(outer.place.length).split("/")
  return step === "items"
    ? outer.types.includes("array")
    : step === "properties"
    ? outer.types.includes("object")
    : true
}

/** The parts of `one` that `two` lacks, without those that are inside of such a part. */
const lacking = (one: OpenApiOperation["parts"], two: OpenApiOperation["parts"]): ReadonlyArray<Parts.Part> =>
  [...one.values()].filter(({ place }) => {
    const around = [...place.matchAll(/\//g)].map(({ index }) => place.slice(0, index))
    return !two.has(place) && around.every((outer) => {
      const counterpart = two.get(outer)
      return counterpart === undefined ? !one.has(outer) : canHold(counterpart, place)
    })
  })

const severity: ReadonlyArray<Verdict> = [breaks, meaning, harmless]

/**
 * Every difference between a recorded operation and another, the gravest first. Equal operations have none. The deviations
 * of the client from the recorded operation tell what can't break it.
 */
export const differences = (
  recorded: OpenApiOperation,
  other: OpenApiOperation,
  deviations: ReadonlyArray<Deviation> = []
): ReadonlyArray<Difference> => {
  const describe = describing(deviations)
  return [
    ...lacking(recorded.parts, other.parts).map((part) => describe("removed", part)),
    ...lacking(other.parts, recorded.parts).map((part) => describe("added", part)),
    ...[...recorded.parts.values()].flatMap((before) => {
      const after = other.parts.get(before.place)
      return after === undefined ? [] : changesOf(before, after, describe)
    })
  ].sort((a, b) => severity.indexOf(a.verdict) - severity.indexOf(b.verdict))
}

/** The outcome for a person, and for a script. */
export interface DriftReport {
  /** Text, line by line. */
  readonly lines: ReadonlyArray<string>
  /** 0: the same, or only harmless differences; 1: something breaks or changes a meaning; 2: the input is unusable. */
  readonly exitCode: 0 | 1 | 2
}

/** Differences as text, with the place of those that are not harmless, and a line for the sum. */
export const report = (differences: ReadonlyArray<Difference>): DriftReport => {
  const counts = severity
    .map((verdict) => ({ verdict, count: differences.filter((difference) => difference.verdict === verdict).length }))
    .filter(({ count }) => count > 0)
  return {
    lines: [
      ...differences.flatMap(({ place, sentence, verdict }) => [
        `${verdict}: ${sentence}`,
        ...verdict === harmless ? [] : [`  at ${show(place === "" ? "/" : place, 300)}`]
      ]),
      counts.length === 0
        ? "No difference from the recorded contract."
        : `Differences from the recorded contract: ${
          counts.map(({ count, verdict }) => `${count} ${verdict}`).join(", ")
        }.`
    ],
    exitCode: counts.some(({ verdict }) => verdict !== harmless) ? 1 : 0
  }
}

/** Holds a recorded operation against a text: JSON, YAML, or a page with such a block. */
export const check = (
  recorded: OpenApiOperation,
  text: string,
  deviations: ReadonlyArray<Deviation> = []
): DriftReport =>
  Result.match(OpenApi.parse(text, recorded.where), {
    onFailure: ({ message, reason }): DriftReport => ({
      lines: [`Can't be compared (${reason}): ${show(message, 300)}`],
      exitCode: 2
    }),
    onSuccess: (other) => report(differences(recorded, other, deviations))
  })
