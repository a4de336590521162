/**
 * What a failure says of what was nearly missed, and what a test runner is told.
 */
import * as Effect from "effect/Effect"
import assert from "node:assert/strict"
import * as Filters from "../operation/Filter.ts"
import * as Operations from "../operation/Operation.ts"
import * as Contract from "./Contract.ts"
import type { CheckFailure } from "./Report.ts"
import * as Reports from "./Report.ts"

const todos = Operations.make({
  path: "/todos",
  by: "query",
  items: "",
  id: "id",
  filters: { title: Filters.equals("title") }
})

type Find = (asked: string, titles: ReadonlyArray<string>) => ReadonlyArray<string>

const serving = (titles: ReadonlyArray<string>, find: Find) => ({ url }: Request): Response => {
  const asked = new URL(url).searchParams.get("title")
  const found = asked === null ? titles : find(asked, titles)
  return Response.json(titles.flatMap((title, id) => found.includes(title) ? [{ id, title }] : []))
}

const exactly: Find = (asked, titles) => titles.filter((title) => title === asked)

const target = (titles: ReadonlyArray<string>, find: Find) => ({
  url: "http://localhost",
  fetch: serving(titles, find)
})

const failureOf = async (titles: ReadonlyArray<string>, find: Find): Promise<CheckFailure> => {
  const { checks: [check] } = await Effect.runPromise(
    Contract.run(todos, target(titles, find), { seed: 1, checks: ["filter_soundness"] })
  )
  assert(check?.failure !== undefined)
  return check.failure
}

Deno.test("a failure says which near miss was asked with, whatever was found by it", async () => {
  // Nothing that is found has anything to do with what is asked.
  const failure = await failureOf(
    ["jane@example.com", "navy blue"],
    (asked, titles) => asked === "jane@example.com " ? ["navy blue"] : exactly(asked, titles)
  )
  assert.deepEqual([failure.nearMiss, failure.nearMissOf, failure.filters], ["trailing space", "mail address", [
    "title"
  ]])
  assert.deepEqual(failure.counterexample, { title: "a title, trailing space" })
  assert(Reports.failureLines(failure).includes("nearly    the trailing space of a value (mail address)"))
})

Deno.test("a failure says what was nearly missed where a value that exists finds another's items", async () => {
  const failure = await failureOf(
    ["light green", "light  green", "navy blue"],
    (asked, titles) => titles.filter((title) => title.replace(/ +/g, " ") === asked.replace(/ +/g, " "))
  )
  assert.deepEqual([failure.nearMiss, failure.nearMissOf], ["white space collapsed", "plain"])
})

Deno.test("a failure of what is no near miss names none", async () => {
  const failure = await failureOf(["crimson", "navy blue", "gold"], (_, titles) => titles)
  assert.equal(failure.nearMiss, undefined)
  assert.deepEqual(failure.filters, ["title"])
})

Deno.test("run() of a test case skips where the runner can, and passes where it can't", async () => {
  const cases = Contract.checks(todos, target(["crimson", "gold"], exactly), { seed: 1 })
  const skipped: Array<readonly [name: string, why: unknown]> = []
  for (const { name, run } of cases) {
    assert.equal(run.length, 0)
    await run({ skip: (why: unknown) => void skipped.push([name, why]) })
  }
  assert.deepEqual(skipped, [
    ["oracle", "the items of the target are not known (items)"],
    ["reading_conformance", "no reading is expected (expected)"]
  ])
  await cases.find(({ name }) => name === "oracle")?.run()
  assert.deepEqual(
    cases.flatMap(({ name, skip }) => skip === undefined ? [] : [[name, skip]]),
    skipped,
    "what was not given is known before anything is asked"
  )
  // Asked for by its name, it has to say something.
  const [chosen] = Contract.checks(todos, target(["crimson"], exactly), { checks: ["oracle"] })
  await assert.rejects(async () => await chosen?.run({ skip: () => undefined }), /skipped +oracle/)
})

Deno.test("the message of a test case shows values only where it may", async () => {
  const messageOf = async (options: Contract.RunOptions): Promise<string> => {
    const everything = target(["crimson red", "navy blue"], (_, titles) => titles)
    const [one] = Contract.checks(todos, everything, { seed: 1, checks: ["filter_soundness"], ...options })
    assert(one !== undefined)
    return await one.run().then(() => "", ({ message }: Error) => message)
  }
  const hidden = await messageOf({})
  assert(hidden.includes("{\"title\":\"a title") && !/crimson|navy/.test(hidden))
  assert.match(await messageOf({ showValues: true }), /case {6}\{"title":"(crimson red|navy blue)"\}/)
})

Deno.test("prepare() says what is to be skipped, asks for no more than allowed, and onCheck is told of each", async () => {
  const told: Array<readonly [name: string, done: number, total: number, requests: number]> = []
  const titles = ["crimson", "gold", "navy blue"]
  const cases = await Effect.runPromise(Contract.prepare(todos, target(titles, exactly), {
    seed: 1,
    maxRequests: 300,
    onCheck: ({ name }, { done, requests, total }) => Effect.sync(() => void told.push([name, done, total, requests]))
  }))
  const skips = cases.filter(({ skip }) => skip !== undefined).map(({ name }) => name)
  assert.deepEqual(skips, ["oracle", "reading_conformance"])
  for (const { run, skip } of cases) if (skip === undefined) await run()
  assert.deepEqual(told.map(([name]) => name), cases.map(({ name }) => name).filter((name) => !skips.includes(name)))
  assert.deepEqual(told.map(([, done, total]) => [done, total]), told.map((_, at) => [at + 1, cases.length]))
  assert(told.every(([, , , requests]) => requests > 0 && requests <= 300))
  const named = Contract.prepare(todos, target(titles, exactly), { checks: ["oracle"] })
  assert.deepEqual((await Effect.runPromise(named)).map(({ skip }) => skip), [undefined])
  // What the target doesn't have is known once it has been looked at.
  const numbers = Operations.make({
    path: "/todos",
    by: "query",
    items: "",
    id: "id",
    filters: { done: Filters.equals("done") }
  })
  const empty = { url: "http://localhost", fetch: () => Response.json([]) }
  const skipsOf = (cases: ReadonlyArray<Contract.TestCase>): ReadonlyArray<string> =>
    cases.filter(({ skip }) => skip !== undefined).map(({ name }) => name)
  const found = skipsOf(await Effect.runPromise(Contract.prepare(numbers, empty)))
  const given = skipsOf(Contract.checks(numbers, empty))
  assert.deepEqual(given, ["oracle", "reading_conformance"])
  assert(found.length > given.length && given.every((name) => found.includes(name)))
})

Deno.test("prepare() fails once where the target can't be judged", async () => {
  const nowhere = { url: "http://localhost", fetch: () => new Response(null, { status: 404 }) }
  const error = await Effect.runPromise(Effect.flip(Contract.prepare(todos, nowhere)))
  assert.equal(error._tag, "CannotJudge")
  assert.match(error.message, /there is nothing at \/todos/)
})
