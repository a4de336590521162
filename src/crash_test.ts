import assert from "node:assert/strict"
import { apiKey, assertNoneOf, canaries, sessionToken } from "./internal/canaries.ts"
import { endings } from "./internal/crash.ts"
import { quick } from "./internal/testing.ts"

const answer = {
  ok: false,
  error: { type: canaries.join(), message: canaries.join(" "), validation_errors: { [apiKey]: sessionToken } }
}

for (const how of Object.keys(endings).slice(0, quick ? 2 : undefined)) {
  Deno.test(`Deno prints no secret of a program that ends in ${how}`, async () => {
    await using server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      () => Response.json(answer, { status: 401 })
    )
    const { code, stderr, stdout } = await new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "--quiet", "--no-check", "--allow-net", "--allow-env"],
        new URL("internal/crash.ts", import.meta.url).pathname,
        `http://127.0.0.1:${server.addr.port}`,
        how
      ],
      env: { NO_COLOR: "1" }
    }).output()
    const printed = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr)
    assert.equal(code, 1, printed)
    assert.match(printed, /ERROR.*failed/)
    assert.match(printed, /Uncaught.*SeamUnauthorized: Seam refused the credentials/)
    assertNoneOf(printed, canaries)
  })
}
