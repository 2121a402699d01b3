/** Asks the sandbox to do what a person does with a phone. Resolves with its answer, which has an `error` where it refused. */
export async function act(deed) {
  try {
    const response = await fetch('/phones/act', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(deed),
    });
    const answer = await response.json();
    return response.ok ? answer : { error: answer.error ?? 'That could not be done.' };
  } catch {
    return { error: 'The sandbox does not answer. Is it still running?' };
  }
}
