/**
 * Measures contenders side by side: in turn, round after round, until the time is up.
 *
 * What disturbs one round disturbs each contender in it, so the ratios are taken round by round, and their median stands
 * where medians of times would drift apart. The libraries that measure one function after the other can't do that.
 *
 * @module
 */
import { cpuUsage } from "node:process"

/** What the rounds say: their median, and the quartiles around it. */
export interface Spread {
  readonly median: number
  /** A quarter of the rounds lie below. */
  readonly low: number
  /** A quarter of the rounds lie above. */
  readonly high: number
  readonly rounds: number
}

/** Something that does the job, in its own way. */
export interface Contender {
  readonly name: string
  readonly run: () => unknown
}

/** What a contender took. */
export interface Rounds {
  readonly name: string
  /** Milliseconds a run, round by round. */
  readonly milliseconds: ReadonlyArray<number>
}

/** How a contender did. */
export interface Measured {
  readonly name: string
  /** Milliseconds a run. */
  readonly milliseconds: Spread
  /** Times what the first contender took in the same round. */
  readonly ratio: Spread
}

/** How to measure. */
export interface CompareOptions {
  /** How long to measure, the warm-up not included. At least three rounds are measured, however long they take. */
  readonly seconds: number
  /** Time on the wall, or time of the process on all cores: its helper threads collect garbage and compile. */
  readonly clock: "wall" | "cpu"
}

const minRounds = 3

/** Milliseconds. Long enough to hold as much garbage collection as the work calls for, and not by chance some or none. */
const minSample = 60

const clocks: Record<CompareOptions["clock"], () => number> = {
  wall: () => performance.now(),
  cpu: () => {
    const { system, user } = cpuUsage()
    return (system + user) / 1000
  }
}

/** The value below which the part of the numbers lies, between the two nearest. */
const quantile = (sorted: ReadonlyArray<number>, part: number): number => {
  const at = (sorted.length - 1) * part
  const below = sorted[Math.floor(at)] ?? NaN
  const above = sorted[Math.ceil(at)] ?? NaN
  return below + (above - below) * (at - Math.floor(at))
}

/** The spread of the numbers. */
export const spread = (numbers: ReadonlyArray<number>): Spread => {
  const sorted = numbers.toSorted((a, b) => a - b)
  return {
    median: quantile(sorted, 0.5),
    low: quantile(sorted, 0.25),
    high: quantile(sorted, 0.75),
    rounds: sorted.length
  }
}

/** The numbers, each divided by the one of the same round. */
export const ratios = (numbers: ReadonlyArray<number>, by: ReadonlyArray<number>): ReadonlyArray<number> =>
  numbers.map((number, round) => number / (by[round] ?? NaN))

const shuffled = <A>(values: ReadonlyArray<A>): ReadonlyArray<A> =>
  values.map((value) => ({ value, at: Math.random() })).toSorted((a, b) => a.at - b.at).map(({ value }) => value)

/**
 * Calls each of the functions once a round until the time is up. Gives what they gave, function by function and round by
 * round.
 *
 * Each round has an order of its own: whoever is next has to clear up what the one before has left in memory. (Collecting
 * garbage in between is no way out: it takes compiled code along, of the larger contenders the most.)
 */
export const inTurn = async <A>(
  measures: ReadonlyArray<() => Promise<A>>,
  seconds: number
): Promise<ReadonlyArray<ReadonlyArray<A>>> => {
  const contenders = measures.map((measure) => ({ measure, found: new Array<A>() }))
  const end = performance.now() + seconds * 1000
  for (let round = 0; round < minRounds || performance.now() < end; round++) {
    for (const { found, measure } of shuffled(contenders)) found.push(await measure())
  }
  return contenders.map(({ found }) => found)
}

/** How the contenders did, measured by the first of them. */
export const measured = (contenders: ReadonlyArray<Rounds>): ReadonlyArray<Measured> =>
  contenders.map(({ milliseconds, name }) => ({
    name,
    milliseconds: spread(milliseconds),
    ratio: spread(ratios(milliseconds, contenders[0]?.milliseconds ?? []))
  }))

// Where the results go, so that no engine can leave out the work.
let sink: unknown

const sample = async (run: Contender["run"], times: number, now: () => number): Promise<number> => {
  const start = now()
  for (let time = 0; time < times; time++) {
    sink = undefined
    sink = run()
    if (sink instanceof Promise) await sink
  }
  const took = now() - start
  sink = undefined
  return took
}

/** How often a sample has to run: found by trying, which warms up too. */
const calibrate = async (run: Contender["run"], seconds: number): Promise<number> => {
  const end = performance.now() + seconds * 1000
  let times = 1
  do {
    const took = await sample(run, times, clocks.wall)
    if (took < minSample) times = Math.ceil(times * Math.min(10, 1.2 * minSample / took))
  } while (performance.now() < end)
  return times
}

/** Measures the contenders side by side. */
export const compare = async (
  contenders: ReadonlyArray<Contender>,
  { clock, seconds }: CompareOptions
): Promise<ReadonlyArray<Rounds>> => {
  const samples: Array<() => Promise<number>> = []
  for (const { run } of contenders) {
    const times = await calibrate(run, seconds / 4 / contenders.length)
    samples.push(async () => await sample(run, times, clocks[clock]) / times)
  }
  const taken = await inTurn(samples, seconds)
  return contenders.map(({ name }, index) => ({ name, milliseconds: taken[index] ?? [] }))
}
