import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as TestConsole from "effect/testing/TestConsole"
import assert from "node:assert/strict"
import { quick } from "../../src/internal/testing.ts"
import { headers, noResponses, rejections } from "./case.ts"
import { fuzz, type Report } from "./engine.ts"
import { asked, main, shown } from "./fuzz.ts"
import { filters, options } from "./inputs.ts"
import { classes, judge } from "./judge.ts"
import { middlewares } from "./middlewares.ts"

// Each is played with `list` and with `stream`.
const cases = quick ? 1500 : 100_000

/** The names that none of the cases had. */
const missing = (report: Report, kind: string, names: Iterable<string>): ReadonlyArray<string> =>
  [...names].filter((name) => !report.kinds.has(`${kind}: ${name}`))

let made: Promise<Report> | undefined

/** One run, for all tests. */
const run = (): Promise<Report> => made ??= fuzz({ seed: 1, isEnough: (made) => made >= cases })

Deno.test("list(), stream() and the schema agree, and no promise is broken, whatever server, network, middleware and caller do", async () => {
  const report = await run()
  assert.ok(report.failing === undefined, shown(report))
  assert.ok(report.cases >= cases)
})

Deno.test("the fuzzer's cases come to sessions and to every failure there is, of list() and of stream()", async () => {
  const { cases, ends, partial, sessions } = await run()
  for (const operation of ["list", "stream"]) {
    for (const tag of Object.keys(classes)) {
      assert.ok((ends.get(`${operation}: ${tag}`) ?? 0) > 5, `${operation}: ${tag}`)
    }
    assert.ok((ends.get(`${operation}: sessions`) ?? 0) > cases / 10, JSON.stringify([...ends]))
  }
  assert.ok(sessions > cases && partial > cases / 20, `${sessions} sessions, ${partial} streams that failed after some`)
})

Deno.test("the fuzzer's cases are of every kind", async () => {
  const report = await run()
  const kinds: Readonly<Record<string, ReadonlyArray<string>>> = {
    answer: ["Response", "Rejection", "NoResponse", "Silence"],
    body: ["a list", "a long list", "an empty list", "an error", "something else"],
    damage: [
      "cut",
      "drop",
      "double",
      "swap",
      "insert",
      "escape",
      "flood",
      "flip",
      "stray",
      "append",
      "byte order mark"
    ],
    cutting: [
      "whole",
      "a few places",
      "every character of more than one byte",
      "bytes around a place",
      "where sessions meet",
      "every byte"
    ],
    ending: ["end", "break", "stay", "odd", "void"],
    middleware: [...new Set(Object.values(middlewares).map(({ then }) => then))],
    filter: ["right", "wrong"],
    options: ["right", "wrong"]
  }
  for (const [kind, names] of Object.entries(kinds)) assert.deepEqual(missing(report, kind, names), [], kind)
  // Of those of which there are many, the quick run has most.
  const many = { middlewares, filters, optionsets: options, headers }
  for (const [kind, names] of Object.entries(many)) {
    const without = missing(report, kind, Object.keys(names))
    assert.ok(without.length <= (quick ? Object.keys(names).length / 5 : 0), `${kind}: ${without}`)
  }
  const statuses = Array.from({ length: 400 }, (_, index) => String(200 + index))
  assert.ok(missing(report, "status", statuses).length < (quick ? 300 : 1))
  assert.ok(Object.keys(rejections).length > 5 && Object.keys(noResponses).length > 3)
})

Deno.test("the fuzzer makes the same cases in the same order from the same seed, and others from another", async () => {
  const seen = async (seed: number) => {
    const { ends, kinds } = await fuzz({ seed, isEnough: (made) => made > 0 })
    return [[...kinds], [...ends]]
  }
  const first = await seen(5)
  assert.deepEqual(await seen(5), first)
  assert.notDeepEqual(await seen(6), first)
})

Deno.test("the fuzzer refuses arguments that it can't understand, and says which", () => {
  for (
    const [args, says] of [
      [["--seconds", "0"], "from 1 to 86400 after --seconds"],
      [["--seconds", "1e3"], "after --seconds"],
      [["--seed", "-1"], "--seed"],
      [["--seed=4294967296"], "after --seed"],
      [["--cases", "x"], "after --cases"],
      [["--replay", "1", "--cases", "1"], "without"],
      [["--sed", "1"], "nothing but"],
      [["7"], "nothing but"]
    ] as const
  ) {
    const result = asked(args)
    assert.ok(Result.isFailure(result) && result.failure.includes(says), args.join(" "))
  }
  assert.deepEqual(
    asked(["--seed", "4294967295", "--cases", "2"]),
    Result.succeed({
      seed: 4_294_967_295,
      seconds: undefined,
      cases: 2,
      replay: undefined
    })
  )
  assert.deepEqual(asked(["--help"]), Result.succeed("help"))
})

Deno.test("the fuzzer's command exits with 2 when its arguments are wrong, and plays one case by its number", async () => {
  const program = Effect.gen(function*() {
    const codes = yield* Effect.forEach([["--seconds", "soon"], ["--help"], ["--seed", "3", "--replay", "612"]], main)
    return { codes, said: [...yield* TestConsole.errorLines, ...yield* TestConsole.logLines].join("\n") }
  })
  const { codes, said } = await Effect.runPromise(Effect.provide(program, TestConsole.layer))
  assert.deepEqual(codes, [2, 0, 0])
  assert.match(said, /after --seconds[^]*Usage: deno task fuzz[^]*1 cases, 2 calls[^]*defects 0/)
})

Deno.test("the fuzzer makes a case that shows a fault as small as it gets, and shows it again by its number", async () => {
  const objects: typeof judge = (fuzzed, operation, played, read) => {
    const judged = judge(fuzzed, operation, played, read)
    return judged.sessions < 2 ? judged : { ...judged, findings: [{ kind: "bound", says: "two sessions came" }] }
  }
  const { failing } = await fuzz({ seed: 4, isEnough: (made) => made >= 500, judge: objects })
  assert.ok(failing !== undefined && failing.number > 0)
  assert.deepEqual(failing.findings, [{ kind: "bound", says: "two sessions came" }, {
    kind: "bound",
    says: "two sessions came"
  }])
  assert.equal(failing.smallest.match(/workspace_id/g)?.length, 2, failing.smallest)
  const again = await fuzz({ seed: 4, isEnough: () => false, judge: objects, only: failing.number })
  assert.deepEqual(again.failing, failing)
  assert.match(shown(again), new RegExp(`deno task fuzz --seed 4 --replay ${failing.number}`))
})
