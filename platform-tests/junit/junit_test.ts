/**
 * The JUnit reports, held against the two schemas that viewers go by: that of Jenkins' xUnit plug-in (`jenkins.xsd`, MIT, from
 * github.com/jenkinsci/xunit-plugin, junit-10.xsd) and that of Ant's JUnit task (`ant.xsd`, Apache 2.0, beside it, from
 * github.com/windyroad/JUnit-Schema).
 */
import { Contract, Filter, Operation, Report } from "@seam-effect/contract-tests"
import * as Effect from "effect/Effect"
import assert from "node:assert/strict"
import { validateXML } from "xmllint-wasm"

const schemas = await Promise.all(
  ["jenkins", "ant"].map(async (name) => ({
    name,
    contents: await Deno.readTextFile(new URL(`${name}.xsd`, import.meta.url))
  }))
)

/** What is wrong with a report by each schema. */
const problems = async (xml: string): Promise<ReadonlyArray<string>> => {
  const found = await Promise.all(schemas.map(async ({ contents, name }) => {
    const { errors } = await validateXML({ xml, schema: contents })
    return errors.map(({ message }) => `${name}: ${message}`)
  }))
  return found.flat()
}

const todos = Operation.make({
  path: "/todos",
  by: "query",
  items: "",
  id: "id",
  filters: { title: Filter.equals("title"), done: Filter.equals("done") }
})

// What XML, a terminal and a line stumble over.
const titles = ["<b>&\"'", "]]> \u0000\u001b[2J", "two\nlines\r\n\tand a tab", "\ud83d\ude00\u202e\ufffe", "plain"]
const rows = Array.from({ length: 12 }, (_, id) => ({ id, title: titles[id % 5], done: id % 2 === 0 }))

const answers: { readonly [what: string]: (url: URL) => Response } = {
  "a server that holds": ({ searchParams }) =>
    Response.json(
      rows.filter(({ done, title }) =>
        [title, null].includes(searchParams.get("title")) && [`${done}`, null].includes(searchParams.get("done"))
      )
    ),
  "a server that ignores every filter": () => Response.json(rows),
  "a server without data": () => Response.json([]),
  "a server that answers what nobody can read": () => new Response("<oops>", { status: 200 })
}

for (const [what, answer] of Object.entries(answers)) {
  Deno.test(`the report on ${what} is valid by both schemas, with its values and without`, async () => {
    const report = await Effect.runPromise(
      Contract.run(todos, {
        name: `  ${what} "<&>"\n`,
        url: "http://localhost",
        fetch: ({ url }) => answer(new URL(url))
      }, {
        seed: 3
      })
    )
    for (const told of [report, Report.withValues(report)]) {
      for (const allowVacuous of [false, true]) {
        const xml = Report.junit(told, allowVacuous)
        assert.deepEqual(await problems(xml), [])
        assert(!xml.includes("\\u000a"))
        assert.match(xml, /<property name="seed" value="3"\/>/)
        assert.equal(/<skipped message="[^"]+"/.test(xml), !what.includes("nobody"))
        for (const [, type, body] of xml.matchAll(/<failure message="[^"]+" type="(\w+)">\n([^<]*)<\/failure>/g)) {
          assert.match(body ?? "", new RegExp(`^law .*\ncase .*\n(?:.*\n)*seed {6}3\n$`))
          assert.match(type ?? "", /^[a-z_]+$/)
        }
      }
    }
    const failed = report.checks.filter(({ outcome }) => outcome === "failed").length
    assert.equal(Report.junit(report).match(/<failure /g)?.length ?? 0, failed)
    assert.equal(failed > 0, what.includes("ignores") || what.includes("nobody"))
  })
}

Deno.test("the schemas refuse what is no report", async () => {
  const found = await problems("<testsuites><testsuite tests=\"1\"/></testsuites>")
  assert(found.some((line) => line.startsWith("jenkins")) && found.some((line) => line.startsWith("ant")))
})
