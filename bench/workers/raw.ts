/**
 * The answer of the example Worker that only lists, by `fetch` and `JSON.parse` alone.
 *
 * @module
 */
const answer = async (request: Request, env: { readonly SEAM_API_KEY: string }): Promise<Response> => {
  const { pathname, searchParams } = new URL(request.url)
  if (pathname !== "/sessions") return new Response(null, { status: 404 })
  const user_identifier_key = searchParams.get("user_identifier_key") ?? ""
  if (user_identifier_key === "") return Response.json({ error: "user_identifier_key" }, { status: 400 })
  const response = await fetch("https://connect.getseam.com/client_sessions/list", {
    method: "POST",
    headers: { authorization: `Bearer ${env.SEAM_API_KEY}`, "content-type": "application/json" },
    body: JSON.stringify({ user_identifier_key })
  })
  const { client_sessions }: { readonly client_sessions: ReadonlyArray<{ readonly token: string }> } = JSON.parse(
    await response.text()
  )
  return Response.json({ client_sessions: client_sessions.map(({ token: _, ...session }) => session) })
}

export default { fetch: answer }
