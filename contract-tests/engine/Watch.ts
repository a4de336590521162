/**
 * What holds for every answer, whatever was asked: it is looked at as the answer comes, so that one answer serves many laws.
 *
 * @module
 */
import type { Answer } from "./Probe.ts"

/** What an answer showed of an invariant; `undefined` where it could not have broken it. */
export type Sight = { readonly problem?: { readonly expected: string; readonly seen: string } } | undefined

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
  readonly expected: string
  readonly seen: string
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
  readonly onAnswer: (answer: Answer) => void
  /** Says in which case the next answers come. */
  readonly during: (origin: Origin | undefined) => void
  readonly seen: (name: string) => Seen
}

// More of them say nothing new.
const maxBreaches = 20

/** Makes what looks at every answer. */
export const make = (invariants: ReadonlyArray<Invariant>): Watch => {
  const found = new Map(invariants.map(({ name }) => [name, { judged: 0, breaches: [] as Array<Breach> }]))
  let current: Origin | undefined
  return {
    invariant: (name) => invariants.find((invariant) => invariant.name === name),
    onAnswer: (answer) => {
      for (const { name, see } of invariants) {
        const sight = see(answer)
        const seen = found.get(name)
        if (sight === undefined || seen === undefined) continue
        seen.judged++
        // One of each: what somebody has changed meanwhile is seen in many answers.
        const { problem } = sight
        if (
          problem !== undefined && seen.breaches.length < maxBreaches &&
          !seen.breaches.some(({ expected }) => expected === problem.expected)
        ) {
          seen.breaches.push({ answer, ...problem, origin: current })
        }
      }
    },
    during: (origin) => void (current = origin),
    seen: (name) => found.get(name) ?? { judged: 0, breaches: [] }
  }
}
