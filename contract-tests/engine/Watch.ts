/**
 * What holds for every answer, whatever was asked: it is looked at as the answer comes, so that one answer serves many laws.
 *
 * @module
 */
import { nearMiss } from "./Ask.ts"
import type { Answer } from "./Probe.ts"
import { isAnswer } from "./Probe.ts"
import type { Text } from "./Text.ts"
import { shown } from "./Text.ts"

/** What an answer showed of an invariant; `undefined` where it could not have broken it. */
export type Sight = { readonly problem?: { readonly expected: Text; readonly seen: Text } } | undefined

/** Something that holds for every answer. */
export interface Invariant {
  /** The name of the check that reports it. */
  readonly name: string
  /** The law, in words. */
  readonly law: string
  /** Looks at an answer. Asks nothing. */
  readonly see: (answer: Answer) => Sight
}

/** The case in which an answer came. */
export interface Origin {
  readonly check: string
  readonly property: string
  readonly key: string
}

/** An answer that broke an invariant. */
export interface Breach {
  readonly answer: Answer
  readonly expected: Text
  readonly seen: Text
  /** `undefined` where it came before the first check. */
  readonly origin: Origin | undefined
}

/** What was seen of an invariant. */
export interface Seen {
  /** Answers that could have broken it. */
  readonly judged: number
  /** The first of those that did. */
  readonly breaches: ReadonlyArray<Breach>
}

/** Looks at every answer. */
export interface Watch {
  /** One of those that it looks for. */
  readonly invariant: (name: string) => Invariant | undefined
  /** Looks at answers, at each once, and takes note of the case in which they came. What is no answer shows nothing. */
  readonly onAnswers: (answers: ReadonlyArray<Answer>, origin?: Origin) => void
  readonly seen: (name: string) => Seen
}

// More of them say nothing new.
const maxBreaches = 50

/** What tells breaches apart: what was expected, and what of the question an accepted deviation may name. */
const kindOf = ({ ask }: Answer, expected: Text): string =>
  JSON.stringify([shown(expected), Object.keys(ask.parameters ?? {}).sort(), ask[nearMiss]?.kind])

/** Makes what looks at every answer. */
export const make = (invariants: ReadonlyArray<Invariant>): Watch => {
  const found = new Map(invariants.map(({ name }) => [name, { judged: 0, breaches: [] as Array<Breach> }]))
  // One that is remembered comes again, for another question perhaps; its headers are its own.
  const known = new WeakSet<Headers>()
  const look = (answer: Answer, origin: Origin | undefined): void => {
    if (!isAnswer(answer) || known.has(answer.headers)) return
    known.add(answer.headers)
    for (const { name, see } of invariants) {
      const sight = see(answer)
      const seen = found.get(name)
      if (sight === undefined || seen === undefined) continue
      seen.judged++
      // One of each: what somebody has changed meanwhile is seen in many answers.
      const { problem } = sight
      if (
        problem !== undefined && seen.breaches.length < maxBreaches &&
        !seen.breaches.some((breach) => kindOf(breach.answer, breach.expected) === kindOf(answer, problem.expected))
      ) {
        seen.breaches.push({ answer, ...problem, origin })
      }
    }
  }
  return {
    invariant: (name) => invariants.find((invariant) => invariant.name === name),
    onAnswers: (answers, origin) => {
      for (const answer of answers) look(answer, origin)
    },
    seen: (name) => found.get(name) ?? { judged: 0, breaches: [] }
  }
}
