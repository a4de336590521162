/**
 * The command as a build server runs it: no terminal, reports in files, an exit code; and what is chosen, accepted, known and
 * shown.
 */
import assert from "node:assert/strict"
import { main } from "../cli.ts"
import type { CheckResult, Report } from "../engine/Report.ts"

interface Todo {
  readonly id: number
  readonly title: string
  readonly done: boolean
}

const titles = ["Call jane.doe@example.com", "Water the plants", "Pay the rent", "Read the news"]

const todos = Array.from({ length: 12 }, (_, id): Todo => ({ id, title: titles[id % 4] ?? "", done: id % 2 === 0 }))

const same = (asked: string, title: string): boolean => asked === title
const folded = (asked: string, title: string): boolean => asked.toLowerCase() === title.toLowerCase()

const declaration = `
import { Filter, Operation } from ${JSON.stringify(new URL("../mod.ts", import.meta.url).href)}
export const todos = Operation.make({
  path: "/todos",
  by: "query",
  items: "",
  id: "id",
  filters: { title: Filter.equals("title"), done: Filter.equals("done") }
})
`

/** A server with todos, a folder with the declaration in it, and how many requests there were. */
const serving = async (
  { compare = same, delay = 0, all = todos }: {
    readonly compare?: (asked: string, title: string) => boolean
    readonly delay?: number
    readonly all?: ReadonlyArray<Todo>
  } = {}
) => {
  let count = 0
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async ({ method, url }) => {
    count++
    if (delay > 0) await new Promise((resolve) => setTimeout(resolve, delay))
    const { pathname, searchParams } = new URL(url)
    if (pathname !== "/todos") return Response.json({}, { status: 404 })
    if (method !== "GET") return Response.json({}, { status: 405 })
    const [title, done] = [searchParams.get("title"), searchParams.get("done")]
    return Response.json(
      all.filter((todo) => (title === null || compare(title, todo.title)) && (done === null || `${todo.done}` === done))
    )
  })
  const folder = await Deno.makeTempDir()
  const file = (name: string): string => `${folder}/${name}`
  await Deno.writeTextFile(file("todos.ts"), declaration)
  const url = `http://127.0.0.1:${server.addr.port}`
  return {
    file,
    url,
    count: () => count,
    args: ["--operation", file("todos.ts"), "--url", url, "--seed", "1"],
    write: (name: string, value: unknown): Promise<void> => Deno.writeTextFile(file(name), JSON.stringify(value)),
    [Symbol.asyncDispose]: async () => {
      await server.shutdown()
      await Deno.remove(folder, { recursive: true })
    }
  }
}

interface Said {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

const run = async (
  args: ReadonlyArray<string>,
  terminal: { readonly stdoutIsTerminal?: boolean; readonly stderrIsTerminal?: boolean } = {}
): Promise<Said> => {
  const said = { stdout: "", stderr: "" }
  const exitCode = await main(args, {}, {
    variable: () => undefined,
    print: (text) => void (said.stdout += text),
    printError: (text) => void (said.stderr += text),
    stdoutIsTerminal: false,
    stderrIsTerminal: false,
    onInterrupt: () => () => undefined,
    ...terminal
  })
  return { exitCode, ...said }
}

const start = (args: ReadonlyArray<string>): Deno.ChildProcess =>
  new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-check", "--allow-all", new URL("../cli.ts", import.meta.url).pathname, ...args],
    stdin: "null",
    stdout: "piped",
    stderr: "piped"
  }).spawn()

const ended = async (child: Deno.ChildProcess): Promise<Said> => {
  const { code, stderr, stdout } = await child.output()
  const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)
  return { exitCode: code, stdout: decode(stdout), stderr: decode(stderr) }
}

const checksIn = (json: string): ReadonlyArray<CheckResult> => JSON.parse(json).checks

const failed = (json: string): ReadonlyArray<string> =>
  checksIn(json).filter(({ outcome }) => outcome === "failed").map(({ name }) => name)

const hasNoValue = (text: string): boolean => !/jane|example\.com|plants|the rent|the news/i.test(text)

for (
  const [exitCode, what, server, args, stderr] of [
    [0, "every check held", {}, [], /^$/],
    [1, "a check failed", { compare: folded }, [], /^The contract does not hold\.\n$/],
    [2, "the path is wrong", {}, ["/nowhere"], /^http:\S+ can't be judged: 404 .*\.\n$/],
    [3, "nothing could have failed", { all: [] }, [], /^Nothing failed, but something is vacuous/]
  ] satisfies ReadonlyArray<[number, string, Parameters<typeof serving>[0], ReadonlyArray<string>, RegExp]>
) {
  Deno.test(`contract without a terminal exits with ${exitCode} where ${what}, and writes both reports`, async () => {
    await using target = await serving(server)
    const [place = ""] = args
    const [json, junit] = [target.file("report.json"), target.file("report.xml")]
    const said = await ended(start([
      "--operation",
      target.file("todos.ts"),
      "--url",
      `${target.url}${place}`,
      "--seed",
      "7",
      "--json",
      "--junit",
      junit
    ]))
    await Deno.writeTextFile(json, said.stdout)
    assert.equal(said.exitCode, exitCode, said.stderr)
    assert.match(said.stderr, stderr)
    assert(!said.stderr.includes("\u001b") && !said.stdout.includes("\u001b"))
    const report: Report = JSON.parse(said.stdout)
    const xml = await Deno.readTextFile(junit)
    assert(report.checks.length > 15)
    assert.equal(xml.match(/<testcase /g)?.length, report.checks.length)
    assert.match(xml, /<property name="seed" value="7"\/>/)
    assert.equal(report.seed, 7)
    for (const { outcome, requests, seconds } of exitCode === 2 ? [] : report.checks) {
      assert(outcome === "skipped" || (Number.isInteger(requests) && typeof seconds === "number"))
    }
    assert(hasNoValue(said.stdout + said.stderr + xml))
    assert.equal(xml.includes("<failure"), exitCode === 1)
    assert.equal(xml.includes("<error"), exitCode === 2 || exitCode === 3)
  })
}

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  Deno.test(`contract that is ended by ${signal} writes what it has to every report`, async () => {
    await using target = await serving({ delay: 3 })
    const junit = target.file("report.xml")
    const child = start([...target.args, "--json", "--junit", junit])
    while (target.count() < 180) await new Promise((resolve) => setTimeout(resolve, 10))
    child.kill(signal)
    const { exitCode, stderr, stdout } = await ended(child)
    assert.equal(exitCode, 3, stderr)
    assert.match(stderr, /^The run was interrupted: /)
    const checks = checksIn(stdout)
    const outcomes = new Set(checks.map(({ outcome }) => outcome))
    assert(outcomes.has("passed") && outcomes.has("not asked"))
    assert.equal(checks.at(-1)?.why, "the run was stopped before its end")
    assert.equal((await Deno.readTextFile(junit)).match(/<testcase /g)?.length, checks.length)
  })
}

Deno.test("contract shows progress with a total on a terminal, and nothing of it elsewhere", async () => {
  await using target = await serving()
  const { exitCode, stderr } = await run(target.args, { stderrIsTerminal: true })
  assert.equal(exitCode, 0)
  const steps = [...stderr.matchAll(/(\d+) of (\d+), ([\d,]+) requests; the last (\w+): (\w+)/g)]
  const [, done, total] = steps.at(-1) ?? []
  assert(done === total && steps.length === Number(total) && steps.length > 15)
  assert.deepEqual(steps.map(([, done]) => Number(done)), steps.map((_, at) => at + 1))
  assert.equal((await run(target.args)).stderr, "")
})

Deno.test("contract shows values on a terminal, and elsewhere only what they are, unless it is told to", async () => {
  await using target = await serving({ compare: folded })
  const junit = target.file("report.xml")
  const xml = () => Deno.readTextFile(junit)
  const args = [...target.args, "--check", "filter_soundness", "--junit", junit]
  const piped = await run(args)
  assert(hasNoValue(piped.stdout))
  assert.match(piped.stdout, /case {6}\{"title":"a title, upper case"\}/)
  assert.match(piped.stdout, /nearly {4}the upper case of a value \(upper case\)/)
  assert.match(piped.stdout, /seen {6}also 3 items/)
  assert(hasNoValue(await xml()))
  const onTerminal = await run(args, { stdoutIsTerminal: true })
  assert(!hasNoValue(onTerminal.stdout) && hasNoValue(await xml()))
  assert(hasNoValue((await run([...args, "--json"], { stdoutIsTerminal: true })).stdout))
  for (const form of [[], ["--json"]]) {
    const open = await run([...args, "--show-values", ...form])
    assert(!hasNoValue(open.stdout) && !hasNoValue(await xml()))
  }
  const [, replay = ""] = /--replay '([^']+)'/.exec(piped.stdout) ?? []
  const again = await run([...target.args, "--replay", replay, "--show-values"])
  assert.equal(again.exitCode, 1)
  assert(!hasNoValue(again.stdout))
})

Deno.test("contract runs the checks and kinds that are chosen, and not those that are skipped", async () => {
  await using target = await serving()
  const names = async (...args: ReadonlyArray<string>) =>
    checksIn((await run([...target.args, "--json", ...args])).stdout).map(({ kind, name }) => ({ kind, name }))
  const all = await names()
  const [shape, meaning] = ["shape", "meaning"].map((kind) => all.filter((check) => check.kind === kind))
  assert(shape?.length && meaning?.length && shape.length + meaning.length === all.length)
  assert.deepEqual(await names("--check", "shape"), shape)
  assert.deepEqual(await names("--skip", "shape"), meaning)
  assert.deepEqual(await names("--check", "meaning", "--check", "shape"), all)
  const [first, second] = meaning
  assert(first !== undefined && second !== undefined)
  assert.deepEqual(await names("--check", second.name, "--check", first.name), [first, second])
  assert.deepEqual(await names("--check", first.name, "--check", "shape", "--skip", first.name), shape)
  assert.deepEqual(await names("--skip", "spec"), all)
  assert.equal((await run([...target.args, "--check", "spec"])).exitCode, 2)
  const none = await run([...target.args, "--check", first.name, "--skip", "meaning"])
  assert.deepEqual([none.exitCode, none.stderr], [
    2,
    "No check is left: there is none of those that were asked for, or all are skipped\n"
  ])
})

Deno.test("contract accepts what a file says, and fails on what is new and on what is gone", async () => {
  await using target = await serving({ compare: folded })
  const accepted: Array<unknown> = []
  const file = target.file("accepted.json")
  const args = [...target.args, "--json", "--check", "filter_soundness", "--accept", file]
  // One failure after the other, as its user would: each is looked at and written down.
  for (;;) {
    await target.write("accepted.json", accepted)
    const { exitCode, stdout } = await run(args)
    const [check] = checksIn(stdout)
    assert.equal(check?.accepted?.length ?? 0, accepted.length)
    if (exitCode === 0) break
    const { filters, nearMiss } = check?.failure ?? {}
    accepted.push({ check: "filter_soundness", filters, nearMiss, reason: `known ${nearMiss}` })
    assert(accepted.length < 20)
  }
  assert(accepted.length > 1)
  await target.write("accepted.json", [...accepted, { check: "filter_soundness", filters: ["done"], reason: "gone" }])
  const gone = await run(args)
  assert.equal(gone.exitCode, 1)
  assert.match(gone.stdout, /take it out/)
})

Deno.test("contract holds a server to items and readings that it is given", async () => {
  await using target = await serving({ all: todos.slice(1) })
  const known = [...target.args, "--json", "--check", "oracle", "--items", target.file("items.json")]
  await target.write("items.json", todos.slice(1))
  assert.equal((await run(known)).exitCode, 0)
  await target.write("items.json", todos)
  assert.deepEqual(failed((await run(known)).stdout), ["oracle"])
  const read = (...expected: ReadonlyArray<string>) =>
    run([
      ...target.args,
      "--json",
      "--check",
      "reading_conformance",
      ...expected.flatMap((one) => ["--expect", one])
    ])
  assert.equal((await read("empty_string=matches nothing", "order_repeated=the same again")).exitCode, 0)
  assert.equal((await read("empty_string=no constraint")).exitCode, 1)
  for (
    const [expected, message] of [["secret", /^Expected POINT=READING/], [
      "secret=x",
      /^There is no open point like/
    ]] as const
  ) {
    const { exitCode, stderr } = await read(expected)
    assert.equal(exitCode, 2)
    assert.match(stderr, message)
    assert(!stderr.includes("secret"))
  }
  assert.equal((await read("empty_string=400", "empty_string=404")).stderr, "Give --expect only once for a point.\n")
})

for (
  const [what, flag, content, message] of [
    ["accepted deviations that are no JSON", "accept", "secret", "it is no JSON."],
    [
      "an accepted deviation without a reason",
      "accept",
      "[{\"check\":\"oracle\"}]",
      "entry 1: reason has to say why it is accepted."
    ],
    ["items that are no JSON", "items", "secret", "it is no JSON."],
    [
      "items without an id",
      "items",
      "[{\"secret\":1}]",
      "it has to be a list of items, each with its id, or an answer that holds one."
    ]
  ] as const
) {
  Deno.test(`contract refuses ${what}`, async () => {
    await using target = await serving()
    await Deno.writeTextFile(target.file("given.json"), content)
    const { exitCode, stderr } = await run([...target.args, `--${flag}`, target.file("given.json")])
    assert.deepEqual([exitCode, stderr], [2, `The file after --${flag} can't be used: ${message}\n`])
    assert.equal(target.count(), 0)
  })
}

Deno.test("contract takes a URL with the operation's path and without, and refuses what may be a secret in it", async () => {
  await using target = await serving()
  const at = (url: string) => run([...target.args.slice(0, 2), "--url", url, "--check", "no_duplicates"])
  for (const end of ["", "/", "/todos", "/todos/"]) assert.equal((await at(`${target.url}${end}`)).exitCode, 0, end)
  const host = target.url.slice("http://".length)
  for (
    const url of [
      `http://key:secret@${host}`,
      `http://secret@${host}`,
      `${target.url}?secret`,
      `${target.url}#secret`,
      `${target.url}/todos?key=secret`
    ]
  ) {
    const { exitCode, stderr, stdout } = await at(url)
    assert.deepEqual([exitCode, stdout], [2, ""])
    assert.match(stderr, /^--url can't have a (user name|query)/)
    assert(!stderr.includes("secret"))
  }
})

Deno.test("contract finds the same asking eight questions at a time", async () => {
  await using target = await serving({ compare: folded })
  const outcomes = async (...args: ReadonlyArray<string>) =>
    checksIn((await run([...target.args, "--json", ...args])).stdout).map(({ cases, failure, name, outcome }) => ({
      name,
      outcome,
      cases,
      counterexample: failure?.counterexample
    }))
  const one = await outcomes()
  assert(one.some(({ outcome }) => outcome === "failed"))
  assert.deepEqual(await outcomes("--concurrency", "8"), one)
})
