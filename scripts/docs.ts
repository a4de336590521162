/**
 * Holds the documentation of every entry point against `deno doc --lint`.
 *
 * The rule `private-type-ref` raises every type of an npm package, which nobody can export from here: of that rule only
 * what is declared in our own files counts, but for the typed bases of classes, which nobody uses but their class.
 *
 * @module
 */
import config from "../deno.json" with { type: "json" }

const declared = /^(?:export )?(?:declare )?(?:abstract )?(?:type|interface|class|const|enum) (\w+)/gm

const ownNames = async (folder: string, names: Set<string> = new Set()): Promise<Set<string>> => {
  for await (const { isDirectory, name } of Deno.readDir(folder)) {
    const path = `${folder}/${name}`
    if (isDirectory) await ownNames(path, names)
    else if (path.endsWith(".ts")) {
      for (const [, own] of (await Deno.readTextFile(path)).matchAll(declared)) if (own !== undefined) names.add(own)
    }
  }
  return names
}

const entryPoints = Object.values(config.exports)
const { stderr } = await new Deno.Command(Deno.execPath(), {
  args: ["doc", "--lint", ...entryPoints],
  env: { NO_COLOR: "1" },
  stdout: "null"
}).output()
const own = new Set([...await ownNames("src"), ...await ownNames("contract-tests")])
const failures = new TextDecoder().decode(stderr).split(/^(?=error\[)/m).filter((entry) => {
  if (!entry.startsWith("error[")) return false
  const [, referenced] = /^error\[private-type-ref\]: .* references private type '([\w$.]+)'/.exec(entry) ?? []
  return referenced === undefined || (own.has(referenced) && !referenced.endsWith("Base"))
})

for (const failure of failures) console.error(failure)
console.log(`${entryPoints.length} entry points, ${failures.length} problems in their documentation`)
if (failures.length > 0) Deno.exit(1)
