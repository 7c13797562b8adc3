// One call of the simulator's API: undefined if it was done, else what to tell the person.
export async function call(method, path, body) {
  try {
    const answer = await fetch(path, {
      method,
      headers: body === undefined ? {} : { 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    if (answer.ok) return undefined;
    const problem = await answer.json().catch(() => ({}));
    return problem.detail ?? problem.title ?? `The simulator answered ${answer.status}.`;
  } catch {
    return 'The simulator is not reached.';
  }
}
