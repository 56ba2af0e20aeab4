import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import type { Properties, Property } from "../../../offline/providers/properties";

/** How Google's generator ends the comment of an enum, which its plugin then checks. The words of AWS's comments are a person's. */
const listed = /Possible values are: ((?:`[^`]*`(?:, )?)+)\./;

/**
 * Reads the inputs of resource types from the declarations of a Pulumi SDK: types, which are required, and the values that an
 * enum of the SDK's or the comment of a property lists. The declarations are generated from the official plugin's schema. They are
 * parsed and not checked, a namespace at a time, as they have megabytes.
 */
export class SdkSchema {
  private readonly folder: string;
  private readonly inputs: string;
  private readonly namespaces = new Map<string, ts.SourceFile>();

  /** @param plugin name of the plugin, such as `aws` */
  constructor(private readonly plugin: string) {
    this.folder = path.join(__dirname, `../../../node_modules/@pulumi/${plugin}`);
    this.inputs = readFileSync(path.join(this.folder, "types/input.d.ts"), "utf8");
  }

  /**
   * The inputs of a type by name.
   * @throws Error where the SDK has no such type
   */
  inputsOf(token: string): Properties {
    const [, module = "", name = ""] = token.split(":");
    const [folder = ""] = module.split("/");
    const directory = path.join(this.folder, folder === "index" ? "" : folder);
    const file = readdirSync(directory).find(
      (entry) => entry.toLowerCase() === `${name.toLowerCase()}.d.ts`,
    );
    if (file === undefined) {
      throw new Error(`@pulumi/${this.plugin} has no ${token}`);
    }
    const text = readFileSync(path.join(directory, file), "utf8");
    return this.properties(find(parse(file, text), `${name}Args`), []);
  }

  private properties(declared: ts.InterfaceDeclaration, within: string[]): Properties {
    const name = declared.name.text;
    // A type within itself is not followed without end.
    if (within.filter((outer) => outer === name).length > 1) {
      return {};
    }
    return Object.fromEntries(
      declared.members.filter(ts.isPropertySignature).map((member) => {
        const property = this.property(member.type, [...within, name]);
        const allowed = listedIn(member);
        const listing = property.items ?? property;
        if (allowed !== undefined && listing.type === "string") {
          listing.allowed = allowed;
        }
        if (member.questionToken === undefined) {
          property.required = true;
        }
        return [(member.name as ts.Identifier).text, property];
      }),
    );
  }

  private property(type: ts.TypeNode | undefined, within: string[]): Property {
    if (type === undefined) {
      return { type: "any" };
    }
    if (ts.isUnionTypeNode(type)) {
      return this.union(type.types, within);
    }
    if (ts.isArrayTypeNode(type)) {
      const items = this.property(type.elementType, within);
      return { type: "list", ...(items.fields ? { fields: items.fields } : { items }) };
    }
    if (ts.isTypeLiteralNode(type)) {
      const index = type.members.find(ts.isIndexSignatureDeclaration);
      return { type: "map", items: this.property(index?.type, within) };
    }
    if (ts.isLiteralTypeNode(type) && ts.isStringLiteral(type.literal)) {
      return { type: "string", allowed: [type.literal.text] };
    }
    if (ts.isTypeReferenceNode(type)) {
      return this.reference(type, within);
    }
    switch (type.kind) {
      case ts.SyntaxKind.StringKeyword:
        return { type: "string" };
      case ts.SyntaxKind.NumberKeyword:
        return { type: "number" };
      case ts.SyntaxKind.BooleanKeyword:
        return { type: "boolean" };
      default:
        return { type: "any" };
    }
  }

  private union(types: readonly ts.TypeNode[], within: string[]): Property {
    const given = types.filter(({ kind }) => kind !== ts.SyntaxKind.UndefinedKeyword);
    const properties = given.map((type) => this.property(type, within));
    const [first, ...others] = properties;
    if (first === undefined || others.length === 0) {
      return first ?? { type: "any" };
    }
    const kinds = new Set(properties.map((property) => property.type));
    const allowed = properties.flatMap((property) => property.allowed ?? []);
    // A string or one of an enum's: the enum says which strings.
    return kinds.size === 1 && allowed.length > 0 ? { ...first, allowed } : { type: "any" };
  }

  private reference(type: ts.TypeReferenceNode, within: string[]): Property {
    const name = type.typeName.getText();
    if (name === "pulumi.Input") {
      return this.property(type.typeArguments?.[0], within);
    }
    const [from, ...names] = name.split(".");
    const last = names.pop() ?? "";
    if (from === "enums") {
      return { type: "string", allowed: this.enumValues(names.join("/"), last) };
    }
    if (from !== "inputs") {
      return { type: "any" };
    }
    const fields = this.properties(find(this.namespace(names[0] ?? ""), last), within);
    return { type: "object", fields };
  }

  private namespace(name: string): ts.SourceFile {
    const known = this.namespaces.get(name);
    if (known !== undefined) {
      return known;
    }
    const begin = this.inputs.indexOf(`\nexport declare namespace ${name} {`);
    const end = this.inputs.indexOf("\n}\n", begin) + 2;
    // A small SDK has no namespaces.
    const text = name === "" ? this.inputs : this.inputs.slice(begin, end);
    const parsed = parse(`${name}.d.ts`, text);
    this.namespaces.set(name, parsed);
    return parsed;
  }

  private enumValues(module: string, name: string): string[] {
    const file = path.join(this.folder, "types/enums", module, "index.d.ts");
    const text = existsSync(file) ? readFileSync(file, "utf8") : "";
    const [, body = ""] = new RegExp(`const ${name}: \\{\n([^}]*)\\}`).exec(text) ?? [];
    return [...body.matchAll(/: "(.*)";/g)].map(([, value]) => value ?? "");
  }
}

function parse(name: string, text: string): ts.SourceFile {
  return ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true);
}

function find(within: ts.Node, name: string): ts.InterfaceDeclaration {
  let found: ts.InterfaceDeclaration | undefined;
  const visit = (node: ts.Node): void => {
    if (ts.isInterfaceDeclaration(node) && node.name.text === name) found = node;
    else if (found === undefined) ts.forEachChild(node, visit);
  };
  visit(within);
  if (found === undefined) {
    throw new Error(`The SDK declares no ${name}.`);
  }
  return found;
}

function listedIn(member: ts.PropertySignature): string[] | undefined {
  const comments = ts.getJSDocCommentsAndTags(member).map(({ comment }) => comment);
  const list = listed.exec(
    comments.map((comment) => ts.getTextOfJSDocComment(comment)).join(),
  )?.[1];
  return list === undefined
    ? undefined
    : [...list.matchAll(/`([^`]*)`/g)].map(([, value]) => value ?? "");
}
