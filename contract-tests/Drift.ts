/**
 * What a newer document changes for this client.
 *
 * Holds the recorded contract against another description of `POST /client_sessions/list` and says for every difference
 * whether it breaks this client, changes a meaning, or is harmless.
 *
 * @module
 */
import * as Result from "effect/Result"
import * as Yaml from "yaml"
import { specDeviations } from "./SpecDeviations.ts"
import { specDocument } from "./SpecDocument.ts"
import * as SpecOperation from "./SpecOperation.ts"
import * as SpecPart from "./SpecPart.ts"

/** What a difference means for this client. */
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
 * - `lenient`: the client is known to do without what the contract says here (`SpecDeviations`)
 * - `optional or lenient`: the recorded contract doesn't require the part, or the client does without it
 * - `pages`: its name speaks of pages, such as `next_page_cursor`
 */
export type Condition = "required" | "lenient" | "optional or lenient" | "pages"

/** One row of the table that decides. */
export interface Rule {
  /** The kinds of parts that the rule is about. */
  readonly on: ReadonlyArray<SpecPart.Kind> | "anything"
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
  on: SpecPart.Kind | Rule["on"],
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

const answer = ["envelope field", "session field"] as const

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
  rule("credential", "added", undefined, meaning, "others may list sessions now; the client has no such credential"),
  rule("credential", "other limits", undefined, breaks, "the client sends this credential in the old way"),
  rule("credential", "other format", undefined, meaning, "another kind of token may be expected"),

  // What is sent
  rule("request body", ["removed", "other types"], undefined, breaks, "the filters can't be sent any more"),
  rule("request body", ["now required", "now optional"], undefined, harmless, "the client always sends a body"),
  rule(["filter", "parameter"], "added", "required", breaks, "the client doesn't send it, so every call is refused"),
  rule(["filter", "parameter"], "added", "pages", meaning, "one answer may no longer hold every session"),
  rule(["filter", "parameter"], "added", undefined, harmless, "the client doesn't send it"),
  rule("filter", "removed", undefined, breaks, "the service would ignore it, and list sessions that nobody asked for"),
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
  rule("other failure", "added", undefined, meaning, "the client has no name for this failure: it is UnexpectedStatus"),
  rule("other failure", ["removed", "other limits"], undefined, harmless, "it is UnexpectedStatus, whatever its body"),
  rule(["envelope field", "response header"], "added", "pages", meaning, "one answer may no longer hold every session"),
  rule([...answer, "response header"], "added", undefined, harmless, "the client ignores what it doesn't know"),
  rule("envelope field", "removed", "optional or lenient", harmless, "the client doesn't look for it"),
  rule("session field", "removed", "optional or lenient", meaning, "the client does without, but programs that read it find nothing"),
  rule(answer, "removed", undefined, breaks, "the client needs it: without it the answer is InvalidResponse"),
  rule(answer, "now required", undefined, harmless, "the client takes it when it comes"),
  rule(answer, "now optional", "lenient", harmless, "the client does without it already"),
  rule(answer, "now optional", undefined, breaks, "the client needs it: without it the answer is InvalidResponse"),
  rule(answer, "fewer types", undefined, meaning, "the client takes them, but values that meant something no longer come"),
  rule(answer, ["more types", "other types"], undefined, breaks, "the client refuses values of the new types: InvalidResponse"),
  rule(answer, "other format", "lenient", meaning, "the client takes any format here, but programs may rely on the old one"),
  rule(answer, "other format", undefined, breaks, "the client reads the old format only: InvalidResponse"),
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
  readonly kind: SpecPart.Kind
  /** What happened to it. */
  readonly change: Change
  /** What it means for this client. */
  readonly verdict: Verdict
  /** What happened and why it has that verdict, in one sentence. */
  readonly sentence: string
}

const pages = /(^|[ _.-])(page|pages|pagination|cursor|offset|next|link|has_more|(?<!ratelimit-)limit)($|[ _-])/i

const isLenient = (part: SpecPart.Part, change: Change): boolean =>
  specDeviations.some(({ aspect, effect, field, side }) =>
    side === "response" && effect === "accepts more" && field === part.name &&
    aspect === (change === "other format" ? "format" : "required")
  )

const holds = (condition: Condition | undefined, part: SpecPart.Part, change: Change): boolean => {
  switch (condition) {
    case undefined:
      return true
    case "required":
      return part.required
    case "lenient":
      return isLenient(part, change)
    case "optional or lenient":
      return !part.required || isLenient(part, change)
    case "pages":
      return pages.test(part.name)
  }
}

/** A text of somebody's document for a line: short, and with nothing in it that could drive a terminal. */
const show = (text: string, max = 60): string => {
  const clean = text.slice(0, max).replace(/\p{C}/gu, "?")
  return text.length > max ? `${clean}…` : clean
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

const describe = (change: Change, part: SpecPart.Part, detail = ""): Difference => {
  const decisive = rules.find(({ changes, on, when }) =>
    (on === "anything" || on.includes(part.kind)) && changes.includes(change) && holds(when, part, change)
  )
  const { because, verdict } = decisive ?? { because: "no rule knows this change: look at it", verdict: meaning }
  const what = `the ${part.kind} ${show(part.name)} ${words[change]}${detail === "" ? "" : ` (${detail})`}`
  return { place: part.place, kind: part.kind, change, verdict, sentence: `${what}: ${because}.` }
}

const typesChange = (before: ReadonlyArray<string>, after: ReadonlyArray<string>): Change => {
  if (SpecPart.typesWithin(before, after)) return "more types"
  return SpecPart.typesWithin(after, before) ? "fewer types" : "other types"
}

const beforeAndNow = (before: string | undefined, now: string | undefined): string =>
  `${show(before ?? "none")} before, ${show(now ?? "none")} now`

const changesOf = (before: SpecPart.Part, after: SpecPart.Part): ReadonlyArray<Difference> => {
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
const canHold = (outer: SpecPart.Part, place: string): boolean => {
  const [, step] = place.slice(outer.place.length).split("/")
  return step === "items"
    ? outer.types.includes("array")
    : step === "properties"
    ? outer.types.includes("object")
    : true
}

/** The parts of `one` that `two` lacks, without those that are inside of such a part. */
const lacking = (one: SpecOperation.Operation, two: SpecOperation.Operation): ReadonlyArray<SpecPart.Part> =>
  [...one.values()].filter(({ place }) => {
    const around = [...place.matchAll(/\//g)].map(({ index }) => place.slice(0, index))
    return !two.has(place) && around.every((outer) => {
      const counterpart = two.get(outer)
      return counterpart === undefined ? !one.has(outer) : canHold(counterpart, place)
    })
  })

const severity: ReadonlyArray<Verdict> = [breaks, meaning, harmless]

/** Every difference between the recorded operation and another, the gravest first. Equal operations have none. */
export const compare = (
  recorded: SpecOperation.Operation,
  other: SpecOperation.Operation
): ReadonlyArray<Difference> =>
  [
    ...lacking(recorded, other).map((part) => describe("removed", part)),
    ...lacking(other, recorded).map((part) => describe("added", part)),
    ...[...recorded.values()].flatMap((before) => {
      const after = other.get(before.place)
      return after === undefined ? [] : changesOf(before, after)
    })
  ].sort((a, b) => severity.indexOf(a.verdict) - severity.indexOf(b.verdict))

/** How many characters a document may have. The vendor's whole document has under 3 million, as YAML. */
export const maxLength = 16_000_000

const unreadable = (message: string): SpecPart.UnusableDocument =>
  new SpecPart.UnusableDocument({ reason: "unreadable", message })

const parseJson = (text: string): Result.Result<unknown, SpecPart.UnusableDocument> =>
  Result.try({
    try: (): unknown => JSON.parse(text),
    catch: () => unreadable("The document starts like JSON, but isn't.")
  })

const parseYaml = (text: string): Result.Result<unknown, SpecPart.UnusableDocument> =>
  Result.try({
    try: (): unknown => Yaml.parse(text, { logLevel: "error" }),
    // The first line says what and where; the others quote the document.
    catch: (error) =>
      unreadable(
        `The document isn't YAML: ${show(error instanceof Error ? error.message.split("\n")[0] ?? "" : "", 200)}`
      )
  })

/** The fenced blocks of a page that may hold a document. A fence ends at one that is at least as long. */
const blocks = (page: string): ReadonlyArray<string> =>
  [...page.matchAll(/^(`{3,}|~{3,}) *(?:ya?ml|json)\b[^\n]*\n([\s\S]*?)^\1/gm)].map(([, , block = ""]) => block)

/** Whether a block is just something else, such as an example, and not a document with a fault. */
const isNoDocument = ({ reason }: SpecPart.UnusableDocument): boolean =>
  reason === "unreadable" || reason === "not OpenAPI 3"

/**
 * Reads the operation from a text: JSON, YAML, or a documentation page with such a block, as the recorded one is.
 *
 * Of several blocks in a page the first that can be used counts. Fails with `UnusableDocument`; never throws.
 */
export const parse = (text: string): Result.Result<SpecOperation.Operation, SpecPart.UnusableDocument> => {
  if (text.length > maxLength) {
    return Result.fail(
      new SpecPart.UnusableDocument({
        reason: "too large",
        message: `The document has ${text.length} characters: at most ${maxLength} are read.`
      })
    )
  }
  const plain = text.replace(/^\uFEFF/, "").replaceAll("\r\n", "\n")
  const sources = blocks(plain)
  const results = (sources.length === 0 ? [plain] : sources).map((source) =>
    Result.flatMap(/^\s*[[{]/.test(source) ? parseJson(source) : parseYaml(source), SpecOperation.read)
  )
  return results.find(Result.isSuccess) ??
    results.find((result) => Result.isFailure(result) && !isNoDocument(result.failure)) ??
    results[0] ?? Result.fail(unreadable("The document is empty."))
}

/** The recorded contract's operation. */
export const recorded: SpecOperation.Operation = Result.getOrThrow(SpecOperation.read(specDocument))

/** The outcome for a person, and for a script. */
export interface Report {
  /** Text, line by line. */
  readonly lines: ReadonlyArray<string>
  /** 0: the same, or only harmless differences; 1: something breaks or changes a meaning; 2: the input is unusable. */
  readonly exitCode: 0 | 1 | 2
}

/** Differences as text, with the place of those that are not harmless, and a line for the sum. */
export const report = (differences: ReadonlyArray<Difference>): Report => {
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

/** Holds the recorded contract against a text, as `deno task contract --drift FILE` does. */
export const check = (text: string): Report =>
  Result.match(parse(text), {
    onFailure: ({ message, reason }): Report => ({
      lines: [`Can't be compared (${reason}): ${show(message, 300)}`],
      exitCode: 2
    }),
    onSuccess: (other) => report(compare(recorded, other))
  })
