const REFERENCE = /\$\{\s*env\.([A-Za-z_]\w*)\s*\}/g;

/** Whether a setting refers to anything. */
export function hasReference(setting: string): boolean {
  return setting.includes('${');
}

/** The environment variables that a setting names, or undefined where it holds any other reference. */
export function variablesOf(setting: string): readonly string[] | undefined {
  const names = [...setting.matchAll(REFERENCE)].flatMap((match) => match[1] ?? []);
  return setting.replace(REFERENCE, '').includes('${') ? undefined : names;
}

/** The setting with every `${env.NAME}` replaced. */
export function fillIn(setting: string, environment: Readonly<Record<string, string | undefined>>): string {
  return setting.replace(REFERENCE, (_, name: string) => environment[name] ?? '');
}
