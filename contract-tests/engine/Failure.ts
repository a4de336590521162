/**
 * What a report says of a failure: with the values of other people's data and without, and never with a credential.
 *
 * @module
 */
import * as Redacted from "effect/Redacted"
import * as Items from "../operation/Item.ts"
import type { AcceptedDeviation } from "./Accepted.ts"
import * as Accepted from "./Accepted.ts"
import * as Ask from "./Ask.ts"
import type { Lab } from "./Lab.ts"
import type { Property, Violation } from "./Property.ts"
import * as Replays from "./Replay.ts"
import type { CheckFailure, FailureValues } from "./Report.ts"
import type { Target } from "./Target.ts"
import * as Texts from "./Text.ts"
import * as Values from "./Values.ts"

/** A text without the credentials. */
export const scrub = (text: string, { credential, other }: Target): string =>
  [credential, other].reduce((text, known) => {
    const secret = known === undefined ? "" : Redacted.value(known.secret)
    // In whatever case: a media type is told in lower case.
    return secret === ""
      ? text
      : text.replaceAll(new RegExp(secret.replace(/[.*+?^${}()|[\]\\\/-]/g, "\\$&"), "gi"), () => `$${known?.variable}`)
  }, text)

/** The same in every text of a value. */
const scrubAll = (value: unknown, target: Target): unknown =>
  typeof value === "string"
    ? scrub(value, target)
    : Array.isArray(value)
    ? value.map((one) => scrubAll(one, target))
    : Items.isItem(value)
    ? Object.fromEntries(Object.entries(value).map(([name, inner]) => [scrub(name, target), scrubAll(inner, target)]))
    : value

/** A violation, told: with what it needs, and how it is asked again. */
export const toFailure = (
  property: Property,
  violation: Violation,
  lab: Lab,
  needs?: string,
  replay?: Replays.Replay
): CheckFailure => {
  const { target } = lab.probe
  const { counterexample, expected, nearMiss, reading, seen } = violation
  const { filters } = Accepted.signatureOf(violation)
  const values = (which: "shown" | "hidden"): FailureValues => {
    const text = Texts[which]
    const ask = which === "shown" ? violation.ask : Values.hideAsk(lab.operation, violation.ask)
    return {
      counterexample: scrubAll(JSON.parse(JSON.stringify(counterexample[which])), target),
      expected: scrub(text(expected), target),
      seen: scrub(text(seen), target),
      curl: scrub(Ask.curl(ask, target), target)
    }
  }
  return {
    law: property.law,
    ...(filters.length > 0 && { filters }),
    ...(nearMiss !== undefined && { nearMiss: nearMiss.kind, nearMissOf: nearMiss.of }),
    ...(reading !== undefined && { reading }),
    ...values("hidden"),
    values: Redacted.make(values("shown"), { label: "values" }),
    ...(needs !== undefined && { needs }),
    ...(replay !== undefined && { replay: Replays.format(replay) })
  }
}

/** That an accepted deviation is none any more. */
export const gone = (accepted: AcceptedDeviation): CheckFailure => ({
  law: "What is accepted still deviates.",
  counterexample: accepted,
  expected: "a failure that agrees with it",
  seen: "none: take it out of those accepted"
})

/** A check of meaning needs a list to begin with; where there is none, that is what is wrong. */
export const withoutList = ({ operation, probe: { target }, survey: { answer } }: Lab): CheckFailure => ({
  law: "The question for everything gets a list of items.",
  counterexample: {},
  expected: `200 with a list of items${operation.items === "" ? "" : ` at ${operation.items}`}`,
  seen: answer.seen,
  curl: scrub(Ask.curl(answer.ask, target), target)
})
