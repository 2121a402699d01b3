import { asObject, type Json, type JsonObject } from 'ringbook/plugin';

/** The JSON object of an answer; undefined for anything else. */
export function objectIn(body: string): JsonObject | undefined {
  try {
    const value: Json = JSON.parse(body);
    return asObject(value);
  } catch {
    return undefined;
  }
}
