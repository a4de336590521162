/**
 * Holds the documentation of every entry point against `deno doc --lint`.
 *
 * The rule `private-type-ref` raises every type of an npm package, which nobody can export from here, and every type that
 * only another entry point exports, or a namespace of it: of that rule only what is declared in our own files and can't be
 * imported at all counts, but for the typed bases of classes, which nobody uses but their class.
 *
 * @module
 */
import contractTests from "../contract-tests/deno.json" with { type: "json" }
import client from "../deno.json" with { type: "json" }

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

const exported =
  /^export (?:declare )?(?:abstract )?(?:type|interface|class|const|enum) (\w+)|^export type \{([^}]*)\}/gm

/** The names that an entry point exports, also within a namespace: what an engine's type is made of can't be imported. */
const publicNames = async (path: string): Promise<ReadonlyArray<string>> => {
  const text = await Deno.readTextFile(path)
  const inside = [...text.matchAll(/^export \* as \w+ from "(.*)"/gm)].flatMap(([, to = ""]) =>
    new URL(to, `file:///${path}`).pathname.slice(1)
  )
  const own = [...text.matchAll(exported)].flatMap(([, name, names = ""]) => name ?? names.split(/[\s,]+/))
  return [...own, ...(await Promise.all(inside.map(publicNames))).flat()]
}

const entryPoints = [
  ...Object.values(client.exports),
  ...Object.values(contractTests.exports).map((path) => `contract-tests/${path.slice(2)}`)
]
const { stderr } = await new Deno.Command(Deno.execPath(), {
  args: ["doc", "--lint", ...entryPoints],
  env: { NO_COLOR: "1" },
  stdout: "null"
}).output()
const own = new Set([...await ownNames("src"), ...await ownNames("contract-tests")])
const importable = new Set((await Promise.all(entryPoints.map(publicNames))).flat())
const failures = new TextDecoder().decode(stderr).split(/^(?=error\[)/m).filter((entry) => {
  if (!entry.startsWith("error[")) return false
  const [, referenced] = /^error\[private-type-ref\]: .* references private type '([\w$.]+)'/.exec(entry) ?? []
  return referenced === undefined ||
    (own.has(referenced) && !importable.has(referenced) && !referenced.endsWith("Base"))
})

for (const failure of failures) console.error(failure)
console.log(`${entryPoints.length} entry points, ${failures.length} problems in their documentation`)
if (failures.length > 0) Deno.exit(1)
