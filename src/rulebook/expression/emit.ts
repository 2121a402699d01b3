import type { ASTNode } from '@marcbachmann/cel-js';
import { MACROS } from './functions.ts';
import { isIdentifier } from './path.ts';

/** How an expression is written out. */
export interface Dialect {
  /** The name of a variable that no macro binds. */
  readonly name: (name: string) => string;
  readonly call: (name: string, args: readonly ASTNode[], write: Write) => string;
  readonly method: (name: string, receiver: ASTNode, args: readonly ASTNode[], write: Write) => string;
  readonly index: (key: ASTNode, write: Write) => string;
  readonly number: (value: number) => string;
  /** Around what has no type of its own: lists, maps, the branches of a choice. */
  readonly untyped: (written: string) => string;
  /** What stands on both sides of an operator that does not mind which is first, and of a chain of `&&` or `||`. */
  readonly ordered: (operands: readonly string[]) => readonly string[];
}

/** Writes a part of the expression, as `parent` needs it: in parentheses where it would be taken apart otherwise. */
export type Write = (node: ASTNode) => string;

/** How tightly an operator holds its operands; what is not here holds tightest. */
const PRECEDENCE: Readonly<Record<string, number>> = {
  '?:': 1,
  '||': 2,
  '&&': 3,
  '==': 4,
  '!=': 4,
  '<': 5,
  '<=': 5,
  '>': 5,
  '>=': 5,
  in: 5,
  '+': 6,
  '-': 6,
  '*': 7,
  '/': 7,
  '%': 7,
  '!_': 8,
  '-_': 8,
};

const TIGHTEST = 9;

/** An expression as CEL, in one form however it was spaced and quoted. */
const PLAIN: Dialect = {
  name: (name) => name,
  call: (name, args, write) => `${name}(${args.map(write).join(', ')})`,
  method: (name, receiver, args, write) => `${write(receiver)}.${name}(${args.map(write).join(', ')})`,
  index: (key, write) => write(key),
  number: String,
  untyped: (written) => written,
  ordered: (operands) => operands,
};

/** Writes an expression out as source; `changes` say where it differs from what was read. */
export function emit(node: ASTNode, changes?: Partial<Dialect>, locals: ReadonlySet<string> = new Set()): string {
  const dialect = { ...PLAIN, ...changes };
  return new Writer(dialect).write(node, locals);
}

class Writer {
  readonly #dialect: Dialect;

  constructor(dialect: Dialect) {
    this.#dialect = dialect;
  }

  write(node: ASTNode, locals: ReadonlySet<string>): string {
    const dialect = this.#dialect;
    const write: Write = (part) => this.write(part, locals);
    const tight = (part: ASTNode): string => this.#within(part, TIGHTEST, locals);
    switch (node.op) {
      case 'value':
        return this.#literal(node.args);
      case 'id':
        return locals.has(node.args) ? node.args : dialect.name(node.args);
      case '.':
      case '.?':
        return `${tight(node.args[0])}.${node.args[1]}`;
      case '[]':
      case '[?]':
        return `${tight(node.args[0])}${this.#key(node.args[1], write)}`;
      case 'call':
        return dialect.call(node.args[0], node.args[1], write);
      case 'rcall':
        return this.#method(node, locals);
      case 'list':
        return dialect.untyped(`[${node.args.map(write).join(', ')}]`);
      case 'map':
        return dialect.untyped(`{${node.args.map(([key, value]) => `${write(key)}: ${write(value)}`).join(', ')}}`);
      case '?:': {
        const [condition, yes, no] = node.args;
        return `${this.#within(condition, 2, locals)} ? ${dialect.untyped(tight(yes))} : ${dialect.untyped(tight(no))}`;
      }
      case '!_':
        return `!${this.#within(node.args, 8, locals)}`;
      case '-_':
        return `-${this.#within(node.args, 8, locals)}`;
      case '&&':
      case '||':
        return dialect.ordered(this.#chain(node, node.op, locals)).join(` ${node.op} `);
      case '==':
      case '!=': {
        const sides = node.args.map((side) => this.#within(side, TIGHTEST, locals));
        return dialect.ordered(sides).join(` ${node.op} `);
      }
      default: {
        const [left, right] = node.args;
        const precedence = PRECEDENCE[node.op] ?? TIGHTEST;
        return `${this.#within(left, precedence, locals)} ${node.op} ${this.#within(right, precedence + 1, locals)}`;
      }
    }
  }

  /** The operands of `a && b && c`, one after the other. */
  #chain(node: ASTNode, operator: '&&' | '||', locals: ReadonlySet<string>): readonly string[] {
    const operands: string[] = [];
    let left = node;
    while (left.op === operator) {
      const [next, right]: readonly [ASTNode, ASTNode] = left.args;
      operands.push(
        ...(right.op === operator
          ? this.#chain(right, operator, locals).toReversed()
          : [this.#within(right, 4, locals)]),
      );
      left = next;
    }
    return [...operands, this.#within(left, 4, locals)].toReversed();
  }

  #method(node: ASTNode & { op: 'rcall' }, locals: ReadonlySet<string>): string {
    const [name, receiver, args] = node.args;
    const [variable] = args;
    const isMacro = Object.hasOwn(MACROS, name) && MACROS[name]?.includes(args.length) && variable?.op === 'id';
    const inside = isMacro ? new Set([...locals, variable.args]) : locals;
    const write: Write = (part) =>
      part === receiver ? this.#within(receiver, TIGHTEST, locals) : this.write(part, inside);
    return this.#dialect.method(name, receiver, args, write);
  }

  #within(node: ASTNode, precedence: number, locals: ReadonlySet<string>): string {
    const written = this.write(node, locals);
    return (PRECEDENCE[node.op] ?? TIGHTEST) < precedence ? `(${written})` : written;
  }

  /** `data["email"]` is `data.email` in every way. */
  #key(key: ASTNode, write: Write): string {
    if (key.op === 'value' && typeof key.args === 'string' && isIdentifier(key.args)) return `.${key.args}`;
    return `[${this.#dialect.index(key, write)}]`;
  }

  #literal(value: unknown): string {
    if (typeof value === 'string') return quoted(value);
    if (value instanceof Uint8Array)
      return `b"${[...value].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('')}"`;
    if (value === null || typeof value === 'boolean') return String(value);
    return this.#dialect.number(Number(value));
  }
}

function quoted(text: string): string {
  const escaped = text.replaceAll(/["\\\n\r]/g, (character) => ESCAPES[character] ?? character);
  return `"${escaped}"`;
}

const ESCAPES: Readonly<Record<string, string>> = { '"': '\\"', '\\': '\\\\', '\n': '\\n', '\r': '\\r' };
