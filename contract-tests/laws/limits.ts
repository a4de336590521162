/**
 * The laws of limits: at most so many items, the first of the same list; and pages of any size make up the same list.
 *
 * @module
 */
import * as Effect from "effect/Effect"
import type { Ask } from "../engine/Ask.ts"
import type { Lab } from "../engine/Lab.ts"
import { apart, blame, named, relist } from "../engine/Lab.ts"
import * as Points from "../engine/Point.ts"
import type { Answer } from "../engine/Probe.ts"
import type { Case, Property } from "../engine/Property.ts"
import { drawn, held, toothless } from "../engine/Property.ts"
import { ids } from "../engine/Scene.ts"
import * as Surveys from "../engine/Survey.ts"
import type { Text } from "../engine/Text.ts"
import { text } from "../engine/Text.ts"
import type { Operation } from "../operation/Operation.ts"
import * as Cases from "./cases.ts"

/** Whether there is a limit to ask with. */
export const hasLimit = ({ filters }: Operation): boolean => Object.values(filters).some(({ kind }) => kind === "limit")

// Questions whose answers are limited, beside the one for everything.
const maxQuestions = 20

/** A question with a limit, and the same without. */
interface Question {
  readonly count: number
  readonly whole: Ask
  readonly limited: Ask
}

/** What is wrong with a limited answer between two whole ones; `undefined` where nothing is. */
const problemIn = (
  lab: Lab,
  count: number,
  [before, limited, after]: readonly [Answer, Answer, Answer]
): Text | undefined => {
  if (limited.items === undefined) return "200 with a list of items"
  const [first, some, second] = [before, limited, after].map(({ items = [] }) => ids(lab, items))
  if (first === undefined || some === undefined || second === undefined) return undefined
  if (some.length > count) return `at most ${count}`
  // Where the order is another each time, any of them may come first.
  if (lab.readings["order_repeated"] !== Points.sameAgain) return undefined
  // What was there before and after, in the same order.
  const [later, earlier] = [new Set(second), new Set(first)]
  const stable = first.filter((id) => later.has(id))
  if (second.filter((id) => earlier.has(id)).join() !== stable.join()) return undefined
  // One that was another meanwhile leaves its place to the next.
  if (stable.some((id) => lab.changing.has(id))) return undefined
  const due = stable.slice(0, count)
  const known = some.filter((id) => later.has(id) && earlier.has(id))
  return some.length < due.length || known.some((id, at) => id !== stable[at])
    ? text`the first ${due.length} of the same list: ${named(due)}`
    : undefined
}

/** With a limit there are at most so many items, and they are the first of those that there are without it. */
export const limits = (lab: Lab): ReadonlyArray<Property> => {
  const { asks, operation, probe } = lab
  const everything = { parameters: {}, size: lab.survey.items.length }
  const singles = Cases.singles(lab).map(({ value: { matching, parameters } }) => ({ parameters, size: matching.size }))
    .filter(({ size }) => size > 1)
  const filters = Object.entries(operation.filters).filter(([, { kind }]) => kind === "limit")
  const cases = filters.flatMap(([name, { max = 100 }]) =>
    [everything, ...Surveys.spread(singles, maxQuestions)].flatMap(({ parameters, size }) =>
      Object.entries({
        "one": 1,
        "two": 2,
        "all but one": size - 1,
        "all": size,
        "one more": size + 1,
        "the most": max
      })
        .filter(([, count]) => count >= 1 && count <= max)
        .flatMap(([kind, count]) =>
          lab.methods.map((method): Case<Question> => ({
            stratum: `${name}, ${kind}, ${method}`,
            value: {
              count,
              whole: asks.by(method, parameters),
              limited: asks.by(method, { ...parameters, [name]: count }, { firstPage: true })
            }
          }))
        )
    )
  )
  const pages = operation.pages === undefined ?
    [] :
    filters.flatMap(([name, { max = 100 }]) =>
      [everything, ...Surveys.spread(singles, 3)].flatMap(({ parameters, size }) =>
        [Math.ceil(size / 2), Math.ceil(size / 5), size - 1].filter((count) => count >= 1 && count <= max)
          .map((count): Case<Question> => ({
            stratum: name,
            value: { count, whole: asks.list(parameters), limited: asks.list({ ...parameters, [name]: count }) }
          }))
      )
    )
  return [
    drawn(
      "first",
      "With a limit, the answer holds so many items, or all if there are fewer, and they are the first of the same list.",
      cases,
      Effect.fnUntraced(function*({ count, limited, whole }) {
        const all = yield* probe.ask(whole)
        const some = yield* probe.ask(limited)
        if (problemIn(lab, count, [all, some, all]) === undefined) {
          return (all.items?.length ?? 0) > count ? held : toothless
        }
        // It may have changed between the requests.
        yield* relist(lab)
        const again = yield* probe.again(limited)
        const problem = problemIn(lab, count, [all, again, yield* probe.again(whole)])
        return problem === undefined ? held : blame(lab, again, problem)
      })
    ),
    ...(pages.length === 0 ? [] : [
      drawn(
        "pages",
        "Where the limit is the size of a page, pages of any size make up the same list.",
        pages,
        Effect.fnUntraced(function*({ count, limited, whole }) {
          const gathered = yield* probe.ask(limited)
          if (gathered.items === undefined) return blame(lab, gathered, "pages to the end of the list")
          // A limit may also count over all pages.
          if (gathered.items.length <= count) return toothless
          const differing = yield* apart(lab, whole, limited)
          return differing.length === 0
            ? held
            : blame(
              lab,
              gathered,
              "the items of the whole list",
              text`${gathered.seen}; not the same: ${named(differing)}`
            )
        })
      )
    ])
  ]
}
