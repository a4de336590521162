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
  | "other name"
  | "other wording"

/**
 * What a rule may ask besides:
 *
 * - `required`: the part that is added or removed must be there
 * - `lenient`: by its deviations, the client does already what the contract says now
 * - `optional or lenient`: the recorded contract doesn't require the part, or the client does without it
 * - `pages`: its name speaks of pages, such as `next_page_cursor`
 * - `looser`: whatever was right before is right now
 * - `null`: it takes `null`, as it did not before
 */
export type Condition = "required" | "lenient" | "optional or lenient" | "pages" | "looser" | "null"

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

const everyItem = "one answer may no longer hold every item"

const otherwise: ReadonlyArray<Change> = [
  "removed",
  "now required",
  "now optional",
  "more types",
  "fewer types",
  "other types",
  "other format",
  "no longer empty",
  "other limits"
]

const answer = ["envelope field", "item field"] as const

/** The rules: the first that fits decides. What none of them fits changes a meaning: it wants a look. */
// dprint-ignore
export const rules: ReadonlyArray<Rule> = [
  // Anywhere
  rule("anything", "other wording", undefined, harmless, "words bind nobody, but may tell of a change: read them"),
  rule("anything", "now deprecated", undefined, meaning, "it works for now, and may go away"),
  rule("anything", "other name", undefined, harmless, "it is the same under another name"),
  rule("anything", "no longer deprecated", undefined, harmless, "the client uses it either way"),

  // Where, and with what credential
  rule("server", "removed", undefined, meaning, "the client calls this address unless told otherwise"),
  rule("server", "added", undefined, harmless, "the client calls it only when told to"),
  rule("credential", "removed", undefined, breaks, "who uses this kind of credential is refused"),
  rule("credential", "added", undefined, meaning, "others may list them now; the client has no such credential"),
  rule("credential", "other limits", undefined, breaks, "the client sends this credential in the old way"),
  rule("credential", "other format", undefined, meaning, "another kind of token may be expected"),

  // The same by GET, where the client asks by POST
  rule("other method", "added", undefined, harmless, "the client doesn't use it"),
  rule("other method", "removed", undefined, meaning, "the client doesn't use it, but programs that do are refused"),
  rule("filter by another method", "added", "required", meaning, "the client doesn't use it, but programs that do are refused without it"),
  rule("filter by another method", "more types", "null", meaning, "null is a question of its own, which programs that ask so may not know"),
  rule("filter by another method", ["added", "now optional", "more types"], undefined, harmless, "programs that ask so may go on as they are"),
  rule("filter by another method", ["other limits", "other format"], "looser", harmless, "programs that ask so may go on as they are"),
  rule("filter by another method", otherwise, undefined, meaning, "the client doesn't use it, but programs that do may be refused, or misunderstood"),

  // What is sent
  rule("ignored parameter", [...otherwise, "added"], undefined, harmless, "every client sends it, or OpenAPI says it elsewhere"),
  rule("request body", ["removed", "other types"], undefined, breaks, "the filters can't be sent any more"),
  rule("request body", "other limits", "looser", harmless, "what the client sends is still taken"),
  rule("request body", "other limits", undefined, meaning, "filters that were taken together may be refused"),
  rule("request body", ["now required", "now optional"], undefined, harmless, "the client always sends a body"),
  rule(["filter", "parameter"], "added", "required", breaks, "the client doesn't send it, so every call is refused"),
  rule(["filter", "parameter"], "added", "pages", breaks, everyItem),
  rule(["filter", "parameter"], "added", undefined, harmless, "the client doesn't send it"),
  rule("filter", "removed", undefined, breaks, "the service would ignore it, and list items that nobody asked for"),
  rule("filter", "now required", undefined, breaks, "calls without it are refused"),
  rule("filter", "now optional", undefined, harmless, "the client may still send it"),
  rule("filter", "more types", "lenient", harmless, "the client sends null already"),
  rule("filter", "more types", "null", meaning, "null is a question of its own, which the client doesn't know"),
  rule("filter", "more types", undefined, harmless, "what the client sends is still taken"),
  rule("filter", ["fewer types", "other types"], undefined, breaks, "what the client sends is refused"),
  rule("filter", "no longer empty", "lenient", harmless, "the client never sends an empty one"),
  rule("filter", "no longer empty", undefined, meaning, "an empty one was taken, and may be refused now"),
  rule("filter", ["other format", "other limits"], "looser", harmless, "what the client sends is still taken"),
  rule("filter", ["other format", "other limits"], undefined, meaning, "values that were taken may be refused, or mean something else"),

  // What comes back
  rule("response", "removed", undefined, breaks, "the client takes no other status for a success"),
  rule("other success", "added", undefined, breaks, "the client takes only 200 for a success, and follows no redirect"),
  rule("other success", ["removed", "other limits"], undefined, harmless, "the client never took it for a success"),
  rule("known failure", ["added", "removed", "other limits"], undefined, harmless, "the client knows this failure, whatever its body"),
  rule("other failure", "added", undefined, meaning, "the client has no name for this failure"),
  rule("other failure", ["removed", "other limits"], undefined, harmless, "it is one of the client's unexpected statuses, whatever its body"),
  rule(["envelope field", "response header"], "added", "pages", breaks, everyItem),
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

/** Names that only a list in pages has, in any spelling: `nextPageCursor`, `X-Next-Page`, `has_more`. */
const pages =
  /(^|_)(page|pages|paging|paginat\w*|cursor|offset|continuation|next|skip|(?<!rate_)(?<!rate_?limit_)limit|per_page|max_results|has_(more|next)|(starting|ending)_(after|before))(_|$)|^links?$/

const isOfPages = (name: string): boolean =>
  name.split(/[. ]/).some((step) =>
    pages.test(
      step.replace(/([a-z])(?=[A-Z])/g, "$1_").replace(/[^a-z0-9]+/gi, "_").replace(/^_/, "").toLowerCase()
    )
  )

/** The effect that a deviation has on a change that it covers. */
const covering = (change: Change): Partial<Pick<Deviation, "side" | "aspect" | "effect" | "onlyFor">> => {
  switch (change) {
    case "more types":
      return { side: "request", aspect: "nullable", effect: "accepts more" }
    case "no longer empty":
      return { side: "request", aspect: "limits", effect: "accepts less", onlyFor: "" }
    case "other format":
      return { side: "response", aspect: "format", effect: "accepts more" }
    default:
      return { side: "response", aspect: "required", effect: "accepts more" }
  }
}

const isLenient = (deviations: ReadonlyArray<Deviation>, part: Parts.Part, change: Change): boolean => {
  const wanted = covering(change)
  return deviations.some((deviation) =>
    deviation.field === part.name && deviation.side === wanted.side && deviation.aspect === wanted.aspect &&
    deviation.effect === wanted.effect && deviation.onlyFor === wanted.onlyFor
  )
}

/** What a change is besides, as {@link changesOf} finds it. */
interface Manner {
  readonly isLooser?: boolean
  readonly takesNull?: boolean
}

const holds = (
  deviations: ReadonlyArray<Deviation>,
  condition: Condition | undefined,
  part: Parts.Part,
  change: Change,
  { isLooser = false, takesNull = false }: Manner
): boolean => {
  switch (condition) {
    case undefined:
      return true
    case "required":
      return part.required
    case "lenient":
      return isLenient(deviations, part, change) && (change !== "more types" || takesNull)
    case "optional or lenient":
      return !part.required || isLenient(deviations, part, change)
    case "pages":
      return isOfPages(part.name)
    case "looser":
      return isLooser
    case "null":
      return takesNull
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
  "other name": "is called otherwise",
  "other wording": "is worded differently"
}

/** Says what happened to a part, and what it means. */
type Describe = (change: Change, part: Parts.Part, detail?: string, manner?: Manner) => Difference

const describing = (deviations: ReadonlyArray<Deviation>): Describe => (change, part, detail = "", manner = {}) => {
  const decisive = rules.find(({ changes, on, when }) =>
    (on === "anything" || on.includes(part.kind)) && changes.includes(change) &&
    holds(deviations, when, part, change, manner)
  )
  const { because, verdict } = decisive ?? { because: "no rule knows this change: look at it", verdict: meaning }
  const what = `the ${part.kind} ${show(part.name)} ${words[change]}${detail === "" ? "" : ` (${detail})`}`
  return { place: part.place, kind: part.kind, change, verdict, sentence: `${what}: ${because}.` }
}

const typesChange = (before: ReadonlyArray<string>, after: ReadonlyArray<string>): Change => {
  if (Parts.typesWithin(before, after)) return "more types"
  return Parts.typesWithin(after, before) ? "fewer types" : "other types"
}

/** Two texts, from shortly before where they differ. */
const beforeAndNow = (before: string | undefined, now: string | undefined): string => {
  const [one, two] = [before ?? "none", now ?? "none"]
  let same = 0
  while (same < one.length && one[same] === two[same]) same++
  const from = same > 30 ? same - 20 : 0
  const shown = (text: string): string => `${from === 0 ? "" : "…"}${show(text.slice(from))}`
  return `${shown(one)} before, ${shown(two)} now`
}

/** Keywords that allow less the less there is of them, and more the more. */
const most = ["exclusiveMaximum", "maximum", "maxItems", "maxLength", "maxProperties"]
const least = ["exclusiveMinimum", "minimum", "minItems", "minLength", "minProperties"]
const others = ["additionalProperties", "enum", "format", "multipleOf", "not", "pattern", "required", "uniqueItems"]

/** Whether all values that were right are right now: the keyword is gone, or allows more. */
const isLooser = (keyword: string, before: string | undefined, now: string | undefined): boolean => {
  if (before === undefined || ![...most, ...least, ...others].includes(keyword)) return false
  if (now === undefined) return true
  if (most.includes(keyword)) return Number(now) >= Number(before)
  if (least.includes(keyword)) return Number(now) <= Number(before)
  if (keyword !== "enum" || !now.startsWith("[") || !before.startsWith("[")) return false
  const values = (text: string): ReadonlyArray<unknown> =>
    Result.getOrElse(Result.try(() => Parts.list(JSON.parse(text))), () => [])
  return values(before).every((value) => values(now).includes(value))
}

const changesOf = (before: Parts.Part, after: Parts.Part, describe: Describe): ReadonlyArray<Difference> => {
  const differing = (of: "limits" | "notes"): ReadonlyArray<string> =>
    [...new Set([...before[of].keys(), ...after[of].keys()])].sort()
      .filter((keyword) => before[of].get(keyword) !== after[of].get(keyword))
  const found: Array<Difference> = []
  if (before.name !== after.name) found.push(describe("other name", before, beforeAndNow(before.name, after.name)))
  if (before.required !== after.required) {
    found.push(describe(after.required ? "now required" : "now optional", before))
  }
  if (before.deprecated !== after.deprecated) {
    found.push(describe(after.deprecated ? "now deprecated" : "no longer deprecated", before))
  }
  if (before.types.join() !== after.types.join()) {
    const detail = beforeAndNow(before.types.join(" or "), after.types.join(" or "))
    const takesNull = after.types.includes("null") && !before.types.includes("null")
    found.push(describe(typesChange(before.types, after.types), before, detail, { takesNull }))
  }
  if (before.format !== after.format) {
    const manner = { isLooser: after.format === undefined }
    found.push(describe("other format", before, beforeAndNow(before.format, after.format), manner))
  }
  for (const keyword of differing("limits")) {
    const [was, is] = [before.limits.get(keyword), after.limits.get(keyword)]
    const change = keyword === "minLength" && was === undefined && is === "1" ? "no longer empty" : "other limits"
    const manner = { isLooser: isLooser(keyword, was, is) }
    found.push(describe(change, before, `${show(keyword)}: ${beforeAndNow(was, is)}`, manner))
  }
  for (const keyword of differing("notes")) {
    const detail = beforeAndNow(before.notes.get(keyword), after.notes.get(keyword))
    found.push(describe("other wording", before, `${show(keyword)}: ${detail}`))
  }
  return found
}

/**
 * The other operation's parts, by the places that they have in the recorded one: a credential that is the same under
 * another name stands where the recorded one does.
 */
const aligned = (recorded: OpenApiOperation["parts"], other: OpenApiOperation["parts"]): OpenApiOperation["parts"] => {
  const credentials = (parts: OpenApiOperation["parts"]): ReadonlyArray<Parts.Part> =>
    [...parts.values()].filter(({ kind }) => kind === "credential")
  const isSame = (one: Parts.Part, two: Parts.Part): boolean =>
    one.format === two.format && one.limits.get("scheme") === two.limits.get("scheme")
  const open = new Set(credentials(other))
  const rest = new Set(credentials(recorded))
  const places = new Map<Parts.Part, string>()
  for (
    const fits of [
      (one: Parts.Part, two: Parts.Part): boolean => one.place === two.place && isSame(one, two),
      isSame,
      (one: Parts.Part, two: Parts.Part): boolean => one.place === two.place
    ]
  ) {
    for (const one of rest) {
      const two = [...open].find((candidate) => fits(one, candidate))
      if (two === undefined) continue
      places.set(two, one.place)
      open.delete(two)
      rest.delete(one)
    }
  }
  return new Map([...other.values()].map((part) => {
    const place = places.get(part) ?? part.place
    return [place, { ...part, place }]
  }))
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
  const parts = aligned(recorded.parts, other.parts)
  return [
    ...lacking(recorded.parts, parts).map((part) => describe("removed", part)),
    ...lacking(parts, recorded.parts).map((part) => describe("added", part)),
    ...[...recorded.parts.values()].flatMap((before) => {
      const after = parts.get(before.place)
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
export const report = (differences: ReadonlyArray<Difference>, client = "this client"): DriftReport => {
  const inWords = (verdict: Verdict): string => verdict === breaks ? `breaks ${client}` : verdict
  const counts = severity
    .map((verdict) => ({ verdict, count: differences.filter((difference) => difference.verdict === verdict).length }))
    .filter(({ count }) => count > 0)
  return {
    lines: [
      ...differences.flatMap(({ place, sentence, verdict }) => [
        `${inWords(verdict)}: ${sentence}`,
        ...verdict === harmless ? [] : [`  at ${show(place === "" ? "/" : place, 300)}`]
      ]),
      counts.length === 0
        ? "No difference from the recorded contract."
        : `Differences from the recorded contract: ${
          counts.map(({ count, verdict }) => `${count} ${inWords(verdict)}`).join(", ")
        }.`
    ],
    exitCode: counts.some(({ verdict }) => verdict !== harmless) ? 1 : 0
  }
}

/**
 * Holds a recorded operation against a text or its bytes: JSON, YAML, or a page with such a block. Without deviations it is
 * about no client of yours, but any.
 */
export const check = (
  recorded: OpenApiOperation,
  input: string | Uint8Array,
  deviations?: ReadonlyArray<Deviation>
): DriftReport =>
  Result.match(OpenApi.parse(input, recorded.where), {
    onFailure: ({ message, reason }): DriftReport => ({
      lines: [`Can't be compared (${reason}): ${show(message, 300)}`],
      exitCode: 2
    }),
    onSuccess: (other) =>
      report(differences(recorded, other, deviations), deviations === undefined ? "a client" : "this client")
  })
