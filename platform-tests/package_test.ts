// The package as others install it: from a tarball, by npm, under Node and Bun, with a type checker of their own.
import { Simulator } from "@seam-effect/client-sessions/simulator"
import assert from "node:assert/strict"

const root = new URL("..", import.meta.url).pathname
const [workspace] = Simulator.generate({ sessions: 40 })

/** Runs a command to its end; what it writes to standard output. */
const run = async (
  cwd: string,
  command: string,
  args: Array<string>,
  env: Record<string, string> = {}
): Promise<string> => {
  const { code, stderr, stdout } = await new Deno.Command(command, { args, cwd, env }).output()
  const [output, errors] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes))
  assert.equal(code, 0, `${command} ${args.join(" ")}\n${output}${errors}`)
  return output ?? ""
}

const compilerOptions = {
  target: "es2022",
  module: "nodenext",
  lib: ["esnext", "dom", "dom.iterable"],
  types: [],
  strict: true,
  exactOptionalPropertyTypes: true,
  // With the declarations of the package and of Effect.
  skipLibCheck: false
}

/** A project with the package in it, and the consumer compiled. */
const install = async (folder: string): Promise<void> => {
  const tarball = `${folder}/package.tgz`
  await run(root, Deno.execPath(), ["pack", "--quiet", "--allow-dirty", "--output", tarball])
  await Deno.writeTextFile(`${folder}/package.json`, JSON.stringify({ private: true, type: "module" }))
  await Deno.writeTextFile(`${folder}/tsconfig.json`, JSON.stringify({ compilerOptions }))
  for (const program of ["consumer.ts", "canaries.ts"]) {
    await Deno.copyFile(new URL(program, import.meta.url), `${folder}/${program}`)
  }
  // Bun's binary is a package of its own, which its install script only links.
  const flags = ["--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"]
  await run(folder, "npm", ["install", ...flags, tarball, "effect@4.1.0", "typescript@7.0.2", "bun@1.4.5"])
}

const bunIn = async (folder: string): Promise<string> => {
  for await (const { name } of Deno.readDir(`${folder}/node_modules/@oven`)) {
    return `${folder}/node_modules/@oven/${name}/bin/bun`
  }
  return assert.fail("There is no Bun for this platform")
}

Deno.test("the built package has its types, and works under Node and Bun", async (t) => {
  assert.ok(workspace !== undefined)
  const folder = await Deno.makeTempDir()
  try {
    await install(folder)
    await t.step("tsc takes it", async () => {
      await run(folder, "npx", ["--no-install", "tsc"])
    })

    const simulator = Simulator.make({ workspaces: [workspace] })
    await using server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, simulator.fetch)
    const env = {
      SEAM_ENDPOINT: `http://127.0.0.1:${server.addr.port}`,
      SEAM_API_KEY: workspace.credentials.apiKeys[0] ?? ""
    }
    const jane = workspace.sessions.filter(({ user_identifier_key }) => user_identifier_key === "jane_doe")
      .sort((a, b) => Date.parse(b.created_at) - Date.parse(a.created_at))
    assert.ok(jane.length > 0)
    const expected = {
      keys: ["jane_doe"],
      created: jane.map(({ created_at }) => Date.parse(created_at)),
      tokens: jane.map(() => "<redacted>"),
      streamed: workspace.sessions.length,
      failures: ["SeamInvalidFilter", "SeamUnauthorized"]
    }
    for (const [name, command] of [["Node", "node"], ["Bun", await bunIn(folder)]] as const) {
      const version = (await run(folder, command, ["--version"])).trim()
      await t.step(`${name} ${version} runs it`, async () => {
        assert.deepEqual(JSON.parse(await run(folder, command, ["consumer.js"], env)), expected)
      })
      await t.step(`${name} ${version} prints no failure with what a server wrote in it`, async () => {
        const printed = await run(folder, command, ["canaries.js"])
        assert.match(
          printed,
          /SeamRateLimited[^]*SeamConnectionFailed[^]*http\.client\.request\.duration[^]*\n9 failures\n/
        )
        assert.doesNotMatch(printed, /CANARY/)
      })
    }
    assert.equal(simulator.requests.length, 4)
  } finally {
    await Deno.remove(folder, { recursive: true })
  }
})
