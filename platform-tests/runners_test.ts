// The contract checks as tests of somebody's own: from a tarball, in `node:test`, vitest, Bun and Deno.
import assert from "node:assert/strict"
import { createServer } from "node:http"

const contractTests = new URL("../contract-tests", import.meta.url).pathname

/** Runs a command to its end: its exit code, and all that it writes. */
const run = async (
  cwd: string,
  command: string,
  args: Array<string>,
  env: Record<string, string> = {}
): Promise<{ readonly code: number; readonly output: string }> => {
  const { code, stderr, stdout } = await new Deno.Command(command, { args, cwd, env: { NO_COLOR: "1", ...env } })
    .output()
  return { code, output: [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)).join("\n") }
}

const must = async (...command: Parameters<typeof run>): Promise<string> => {
  const { code, output } = await run(...command)
  assert.equal(code, 0, output)
  return output
}

const declaration = `
import { Contract, Filter, Operation } from "@seam-effect/contract-tests"
import * as Effect from "effect/Effect"

const todos = Operation.make({
  path: "/todos", by: "query", items: "", id: "id", filters: { title: Filter.equals("title"), done: Filter.equals("done") }
})
const target = { url: process.env.URL ?? "" }
let requests = 0
let ended = 0
const options = {
  seed: 1,
  maxRequests: 2000,
  onCheck: (check, progress) =>
    Effect.sync(() => {
      ended++
      requests = progress.requests
      if (progress.requests > 2000 || progress.total < ended) throw new Error("onCheck is told nonsense")
    })
}
`

const checks = "Contract.checks(todos, target, options)"
const prepared = "await Effect.runPromise(Contract.prepare(todos, target, options))"

/** The test file for each runner, as its user would write it. */
const files = {
  "node.test.mjs": `import { test } from "node:test"
${declaration}
for (const { name, run } of ${checks}) test(name, run)
`,
  "vitest.test.mjs": `import { test } from "vitest"
${declaration}
for (const { name, run } of ${checks}) test(name, run)
`,
  "bun.test.mjs": `import { test } from "bun:test"
${declaration}
for (const { name, run, skip } of ${prepared}) test.skipIf(skip !== undefined)(name, run)
`,
  "deno.test.mjs": `import process from "node:process"
${declaration}
for (const { name, run, skip } of ${prepared}) Deno.test({ name, ignore: skip !== undefined, fn: run })
`
}

const skipped = ["oracle", "reading_conformance"]

const titles = ["Buy milk", "buy milk", "Water the plants"]
const rows = Array.from({ length: 12 }, (_, id) => ({ id, title: titles[id % 3] ?? "", done: id % 2 === 0 }))

const serving = async (isFolded: boolean) => {
  const fold = (text: string): string => isFolded ? text.toLowerCase() : text
  const server = createServer(({ method, url }, response) => {
    const { pathname, searchParams } = new URL(url ?? "", "http://localhost")
    const send = (status: number, body: unknown): void =>
      void response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body))
    if (pathname !== "/todos") return send(404, {})
    if (method !== "GET") return send(405, {})
    const [title, done] = [searchParams.get("title"), searchParams.get("done")]
    send(
      200,
      rows.filter((row) =>
        (title === null || fold(row.title) === fold(title)) && (done === null || `${row.done}` === done)
      )
    )
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const address = server.address()
  assert(typeof address === "object" && address !== null)
  return {
    url: `http://127.0.0.1:${address.port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    }
  }
}

const bunIn = async (folder: string): Promise<string> => {
  for await (const { name } of Deno.readDir(`${folder}/node_modules/@oven`)) {
    return `${folder}/node_modules/@oven/${name}/bin/bun`
  }
  return assert.fail("There is no Bun for this platform")
}

Deno.test("the checks are tests of node:test, vitest, Bun and Deno, and skipped where they have nothing to say", async (t) => {
  const folder = await Deno.makeTempDir()
  try {
    await must(contractTests, Deno.execPath(), [
      "pack",
      "--quiet",
      "--allow-dirty",
      "--output",
      `${folder}/package.tgz`
    ])
    await Deno.writeTextFile(`${folder}/package.json`, JSON.stringify({ private: true, type: "module" }))
    for (const [name, text] of Object.entries(files)) await Deno.writeTextFile(`${folder}/${name}`, text)
    const flags = ["--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"]
    await must(folder, "npm", [
      "install",
      ...flags,
      `${folder}/package.tgz`,
      "effect@4.1.0",
      "vitest@4.1.12",
      "bun@1.4.5"
    ])
    const runners = {
      "node:test": {
        command: "node",
        args: ["--test", "--test-reporter=tap", "node.test.mjs"],
        skips: /^ok .*# SKIP \w/
      },
      vitest: {
        command: "npx",
        args: ["--no-install", "vitest", "run", "--reporter=verbose", "vitest.test.mjs"],
        skips: /^ ↓/
      },
      Bun: { command: await bunIn(folder), args: ["test", "./bun.test.mjs"], skips: /^\(skip\)/ },
      Deno: { command: Deno.execPath(), args: ["test", "--allow-all", "--no-check", "deno.test.mjs"], skips: /ignored/ }
    }
    for (const [name, { args, command, skips }] of Object.entries(runners)) {
      await t.step(name, async () => {
        await using sound = await serving(false)
        const passed = await must(folder, command, args, { URL: sound.url })
        for (const check of skipped) {
          assert(passed.split("\n").some((line) => line.includes(check) && skips.test(line)), `${check}\n${passed}`)
        }
        await using folded = await serving(true)
        const { code, output } = await run(folder, command, args, { URL: folded.url })
        assert.notEqual(code, 0, output)
        assert.match(output, /No item is listed that the filter doesn't ask for\./)
        assert(!/milk|plants/i.test(output.replaceAll(folder, "")), output)
      })
    }
  } finally {
    await Deno.remove(folder, { recursive: true })
  }
})
