/**
 * `deno task fuzz`: searches for a case in which the client breaks a promise, for as long as it is told to.
 *
 * ```sh
 * deno task fuzz --seconds 180 --seed 7
 * deno task fuzz --seed 7 --replay 1234
 * ```
 *
 * A case is a client with its options, a middleware, a filter, and what the server sends: statuses, headers, and bodies that are
 * damaged, cut and broken off. Each is played twice, with `list` and with `stream`, on a clock that never waits. What must hold is
 * in `judge.ts`, what must come of a case in `expected.ts`.
 *
 * @module
 */
import * as Clock from "effect/Clock"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { parseArgs } from "node:util"
import { type Failing, fuzz, type Report } from "./engine.ts"

const help = `Searches for a case in which the client breaks a promise.

Usage: deno task fuzz [flags]

  --seconds N   how long to search, from 1 to 86400 (default 60, unless --cases is given)
  --cases N     how many cases to play, from 1 to 100000000, in whole blocks of 100
  --seed S      a whole number from 0 to 4294967295; the same seed makes the same cases (default 1)
  --replay N    plays only case number N of the seed, and says what is wrong with it
  --help        this text

Each case is played twice, with list() and with stream(). Exit codes: 0 nothing was found, 1 something was, 2 the command line is wrong.`

/** What was asked for. */
export interface Asked {
  readonly seed: number
  readonly seconds: number | undefined
  readonly cases: number | undefined
  readonly replay: number | undefined
}

const bounds = {
  seconds: [1, 86_400],
  cases: [1, 100_000_000],
  seed: [0, 4_294_967_295],
  replay: [0, 100_000_000]
} as const

/** What the arguments ask for: or help, or what is wrong with them. */
export const asked = (args: ReadonlyArray<string>): Result.Result<Asked | "help", string> => {
  const option = { type: "string" } as const
  const parsed = Result.try(() =>
    parseArgs({
      args: [...args],
      options: { seconds: option, cases: option, seed: option, replay: option, help: { type: "boolean" } }
    })
  )
  if (Result.isFailure(parsed)) {
    return Result.fail("Expected nothing but --seconds N, --cases N, --seed S, --replay N and --help.")
  }
  const { help, ...given } = parsed.success.values
  if (help === true) return Result.succeed("help")
  const names = ["seconds", "cases", "seed", "replay"] as const
  for (const name of names) {
    const text = given[name]
    const [least, most] = bounds[name]
    if (text !== undefined && !(/^\d{1,10}$/.test(text) && Number(text) >= least && Number(text) <= most)) {
      return Result.fail(`Expected a whole number from ${least} to ${most} after --${name}.`)
    }
  }
  if (given.replay !== undefined && (given.seconds !== undefined || given.cases !== undefined)) {
    return Result.fail("Expected --replay without --seconds and --cases: it plays one case.")
  }
  const number = (text: string | undefined): number | undefined => text === undefined ? undefined : Number(text)
  return Result.succeed({
    seed: number(given.seed) ?? 1,
    seconds: number(given.seconds) ?? (given.cases === undefined ? 60 : undefined),
    cases: number(given.cases),
    replay: number(given.replay)
  })
}

const lines = (counts: ReadonlyMap<string, number>, prefix: string): string =>
  [...counts].filter(([name]) => name.startsWith(prefix)).sort(([, one], [, other]) => other - one)
    .map(([name, count]) => `${name.slice(prefix.length)} ${count}`).join(", ")

const failed = (seed: number, { findings, number, smallest }: Failing): string =>
  `Case ${number} of seed ${seed} breaks a promise. As small as it gets:

${smallest}

${findings.map(({ kind, says }) => `${kind}: ${says}`).join("\n")}

To see it again: deno task fuzz --seed ${seed} --replay ${number}`

const kinds = ["answer", "body", "damage", "cutting", "ending", "middleware", "filter", "options"]

/** What a run has seen, in words. */
export const shown = (report: Report): string => {
  const found = report.failing?.findings ?? []
  return [
    `${report.cases} cases, ${2 * report.cases} calls; ${report.sessions} sessions came`,
    ...kinds.map((kind) => `${kind}: ${lines(report.kinds, `${kind}: `)}`),
    `list() ended in: ${lines(report.ends, "list: ")}`,
    `stream() ended in: ${lines(report.ends, "stream: ")}; ${report.partial} failed after sessions`,
    `defects ${found.filter(({ kind }) => kind === "defect").length}, disagreements ${
      found.filter(({ kind }) => kind === "disagreement").length
    }, other findings ${found.filter(({ kind }) => kind !== "defect" && kind !== "disagreement").length}`,
    `peak memory ${Math.round(report.memory / 1_000_000)} MB`,
    report.failing === undefined
      ? `The same again: deno task fuzz --seed ${report.seed} --cases ${report.cases}`
      : `\n${failed(report.seed, report.failing)}`
  ].join("\n")
}

/** Runs the command: its exit code. */
export const main = (args: ReadonlyArray<string>): Effect.Effect<number> =>
  Effect.gen(function*() {
    const wanted = asked(args)
    if (Result.isFailure(wanted)) {
      yield* Console.error(wanted.failure)
      return 2
    }
    if (wanted.success === "help") {
      yield* Console.log(help)
      return 0
    }
    const { cases = Infinity, replay, seconds = Infinity, seed } = wanted.success
    const clock = yield* Clock.Clock
    const start = clock.currentTimeMillisUnsafe()
    const report = yield* Effect.promise(() =>
      fuzz({
        seed,
        ...replay !== undefined && { only: replay },
        isEnough: (made) => made >= cases || clock.currentTimeMillisUnsafe() - start >= seconds * 1000
      })
    )
    yield* Console.log(shown(report))
    return report.failing === undefined ? 0 : 1
  })

if (import.meta.main) Deno.exitCode = await Effect.runPromise(main(Deno.args))
