/**
 * The fuzzer: makes cases, plays each with `list` and with `stream`, holds what comes of it against what must, and makes the
 * first case that shows a fault as small as it gets.
 *
 * The same seed makes the same cases in the same order.
 *
 * @module
 */
import * as Result from "effect/Result"
import * as fc from "fast-check"
import { inspect } from "node:util"
import { type Case, cases } from "./case.ts"
import { filters, options } from "./inputs.ts"
import { type Finding, judge as judgeEverything, type Judged } from "./judge.ts"
import { middlewares } from "./middlewares.ts"
import { type Operation, play } from "./play.ts"
import { makeReader } from "./reading.ts"

/** A case in which something was wrong. */
export interface Failing {
  /** Its number: with the seed, all that is needed to see it again. */
  readonly number: number
  readonly findings: ReadonlyArray<Finding>
  /** The case, as small as it got, in words. */
  readonly smallest: string
}

/** What a run has seen. */
export interface Report {
  readonly seed: number
  /** How many cases were made. Each was played twice. */
  readonly cases: number
  /** How many sessions came. */
  readonly sessions: number
  /** How many streams gave sessions and then failed. */
  readonly partial: number
  /** How many cases there were of each kind, by what is of that kind: `"middleware: reads"`. */
  readonly kinds: ReadonlyMap<string, number>
  /** How calls ended, by operation and tag: `"list: SeamTimedOut"`. */
  readonly ends: ReadonlyMap<string, number>
  /** The most memory that the process took, in bytes. */
  readonly memory: number
  readonly failing: Failing | undefined
}

/** What to run. */
export interface FuzzOptions {
  /** A whole number of 32 bits. */
  readonly seed: number
  /** Asked before each block of {@link blockSize} cases, with how many there were. */
  readonly isEnough: (cases: number) => boolean
  /** The number of the one case to play. Default: all from 0 on. */
  readonly only?: number
  /** What finds faults. Default: what must hold of every case. */
  readonly judge?: typeof judgeEverything
}

/** How many cases are made at a time. They share the sessions that theirs are made from. */
export const blockSize = 100

const operations: ReadonlyArray<Operation> = ["list", "stream"]

// Neighbouring seeds have no blocks in common.
const blockSeed = (seed: number, block: number): number =>
  (Math.imul(seed, 0x9e3779b1) ^ Math.imul(block + 1, 0x85ebca6b)) | 0

/** A case in words: bodies as text where they are, else as bytes. */
export const describe = (fuzzed: Case): string =>
  inspect({
    ...fuzzed,
    answers: fuzzed.answers.map((answer) => {
      if (answer._tag !== "Response") return answer
      const { bytes, ...body } = answer.body
      const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes)
      return { ...answer, body: { ...body, ...text.includes("\ufffd") ? { bytes: [...bytes] } : { text } } }
    })
  }, { depth: 8, breakLength: 120, maxArrayLength: 5000, maxStringLength: 4000 })

/** The fuzzer's own fault, which has to be seen again like any other. */
const faultOf = (error: unknown): Judged => ({
  end: "no end",
  sessions: 0,
  findings: [{ kind: "disagreement", says: inspect(error) }]
})

/** Errors whose promise nobody waited for, since the function was last called. */
const watchRejections = (): { readonly take: () => ReadonlyArray<unknown>; readonly stop: () => void } => {
  let seen: Array<unknown> = []
  const listener = (event: PromiseRejectionEvent): void => {
    event.preventDefault()
    seen.push(event.reason)
  }
  globalThis.addEventListener("unhandledrejection", listener)
  return {
    take: () => {
      const taken = seen
      seen = []
      return taken
    },
    stop: () => globalThis.removeEventListener("unhandledrejection", listener)
  }
}

const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve))

/** Runs cases until it is enough, or one shows a fault. */
export const fuzz = async ({ isEnough, judge = judgeEverything, only, seed }: FuzzOptions): Promise<Report> => {
  const read = makeReader()
  const kinds = new Map<string, number>()
  const ends = new Map<string, number>()
  let made = 0
  let sessions = 0
  let partial = 0
  let memory = 0

  const count = (counts: Map<string, number>, name: string): void => {
    counts.set(name, (counts.get(name) ?? 0) + 1)
  }

  const countKinds = (fuzzed: Case): void => {
    count(kinds, `middleware: ${middlewares[fuzzed.middleware]?.then}`)
    count(kinds, `middlewares: ${fuzzed.middleware}`)
    count(kinds, `filter: ${filters[fuzzed.filter]?.isValid === true ? "right" : "wrong"}`)
    count(kinds, `filters: ${fuzzed.filter}`)
    count(kinds, `options: ${options[fuzzed.options]?.isValid === true ? "right" : "wrong"}`)
    count(kinds, `optionsets: ${fuzzed.options}`)
    for (const answer of fuzzed.answers) {
      count(kinds, `answer: ${answer._tag}`)
      if (answer._tag !== "Response") continue
      count(kinds, `status: ${answer.status}`)
      for (const header of answer.headers) count(kinds, `headers: ${header}`)
      count(kinds, `body: ${answer.body.kind}`)
      for (const damage of answer.body.damages) count(kinds, `damage: ${damage}`)
      count(kinds, `cutting: ${answer.body.cutting}`)
      count(kinds, `ending: ${answer.body.ending}`)
    }
  }

  const findingsOf = async (fuzzed: Case, isCounted = false): Promise<ReadonlyArray<Finding>> => {
    const found: Array<Finding> = []
    for (const operation of operations) {
      const played = await play(fuzzed, operation)
      const judged = Result.getOrElse(Result.try(() => judge(fuzzed, operation, played, read)), faultOf)
      found.push(...judged.findings)
      if (!isCounted) continue
      count(ends, `${operation}: ${judged.end}`)
      sessions += judged.sessions
      if (judged.sessions > 0 && judged.end !== "sessions") partial++
    }
    return found
  }

  const rejections = watchRejections()
  /** What is found of a case by itself, with the rejections that it leaves. */
  const allOf = async (fuzzed: Case): Promise<ReadonlyArray<Finding>> => {
    const found = await findingsOf(fuzzed)
    await turn()
    await turn()
    return [
      ...found,
      ...rejections.take().map((reason): Finding => ({
        kind: "defect",
        says: `a rejection left behind: ${inspect(reason)}`
      }))
    ]
  }

  const shrink = async (block: number, index: number, first: Case): Promise<Failing> => {
    let smallest = first
    let findings = await allOf(first)
    await fc.check(
      fc.asyncProperty(cases(blockSeed(seed, block)), async (fuzzed) => {
        const found = await allOf(fuzzed)
        if (found.length === 0) return true
        smallest = fuzzed
        findings = found
        return false
      }),
      { seed: blockSeed(seed, block), path: String(index), numRuns: 1, interruptAfterTimeLimit: 30_000 }
    )
    return { number: block * blockSize + index, findings, smallest: describe(smallest) }
  }

  const casesOf = (block: number): ReadonlyArray<Case> =>
    fc.sample(cases(blockSeed(seed, block)), { seed: blockSeed(seed, block), numRuns: blockSize })

  /** Plays cases of a block; the first that shows a fault. */
  const runBlock = async (
    block: number,
    all: Iterable<readonly [index: number, Case]>
  ): Promise<Failing | undefined> => {
    for (const [index, fuzzed] of all) {
      made++
      countKinds(fuzzed)
      if ((await findingsOf(fuzzed, true)).length > 0) return await shrink(block, index, fuzzed)
    }
    await turn()
    memory = Math.max(memory, Deno.memoryUsage().rss)
    // Rejections come late: whose they are shows only when each case is played by itself.
    if (rejections.take().length === 0) return undefined
    for (const [index, fuzzed] of all) {
      if ((await allOf(fuzzed)).length > 0) return await shrink(block, index, fuzzed)
    }
    throw new Error(`Block ${block} of seed ${seed} left a rejection that it doesn't leave again.`)
  }

  const run = async (): Promise<Failing | undefined> => {
    if (only !== undefined) {
      const block = Math.floor(only / blockSize)
      return await runBlock(block, [...casesOf(block).entries()].slice(only % blockSize, only % blockSize + 1))
    }
    for (let block = 0; !isEnough(made); block++) {
      const failing = await runBlock(block, [...casesOf(block).entries()])
      if (failing !== undefined) return failing
    }
    return undefined
  }

  // Frames of the stack are a good part of what a failure takes, and say nothing of anybody's.
  const frames = Error.stackTraceLimit
  Error.stackTraceLimit = 1
  try {
    const failing = await run()
    return { seed, cases: made, sessions, partial, kinds, ends, memory, failing }
  } finally {
    Error.stackTraceLimit = frames
    rejections.stop()
  }
}
