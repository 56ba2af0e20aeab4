import { describe, expect, it } from "vitest";
import { extended } from "../../../cli/commands/extend";
import { mustBeConfirmed, refuseByState } from "../../../cli/commands/down";
import { tollLines, type Toll } from "../../../cli/removal/removal-report";
import { stateOf, volume } from "./resources";

const hourMs = 3_600_000;
const now = Date.parse("2027-01-31T12:00:00.250Z");
const at = (hours: number) =>
  new Date(now - 250 + hours * hourMs).toISOString().replace(".000", "");

/** What a failing call says. */
function said(call: () => unknown): string {
  try {
    call();
    return "";
  } catch (error) {
    return (error as Error).message;
  }
}

describe("what is refused before anything is removed or extended", () => {
  const toll: Toll = {
    environment: "staging",
    target: "docker",
    resources: { Container: 3, Volume: 1 },
    repositories: ["shop/api"],
    contents: { images: 2, repositories: 1, bytes: 12_400_000 },
    imagesGo: true,
    monthlyCost: 12.4,
  };
  const options = { stack: "shop", yes: true };

  it.each<[string, () => unknown, string]>([
    [
      "images outside a lab by only --yes",
      () => mustBeConfirmed(options, toll),
      "Stack shop is not a lab but staging, so --yes is not enough to remove it with its images. It holds 2 images in 1 repository (12.4 MB). Nothing was changed. Repeat its name: npx wharf down --yes --confirm shop --stack shop",
    ],
    [
      "what nobody can count, as images that would be lost",
      () => mustBeConfirmed(options, { ...toll, contents: { unknown: "it does not answer" } }),
      "Stack shop is not a lab but staging, so --yes is not enough to remove it with its images. It holds an unknown number of images (it does not answer). Nothing was changed. Repeat its name: npx wharf down --yes --confirm shop --stack shop",
    ],
    [
      "images that only their digests name",
      () =>
        mustBeConfirmed(options, {
          ...toll,
          contents: { images: 0, repositories: 0, untagged: 1 },
        }),
      "Stack shop is not a lab but staging, so --yes is not enough to remove it with its images. It holds no tagged images, and 1 repository without a tag, which may hold images by digest. Nothing was changed. Repeat its name: npx wharf down --yes --confirm shop --stack shop",
    ],
    [
      "another stack's name",
      () => mustBeConfirmed({ ...options, confirm: "shp" }, toll),
      "--confirm shp is not the stack, shop. Nothing was changed.",
    ],
    [
      "prod by only --yes, also where its images stay",
      () => mustBeConfirmed(options, { ...toll, environment: "prod", imagesGo: false }),
      "Stack shop is not a lab but prod, so --yes is not enough to remove it. Nothing was changed. Repeat its name: npx wharf down --yes --confirm shop --stack shop",
    ],
    [
      "what is deployed as protected",
      () => refuseByState("shop", { deletion: "force" }, stateOf(volume({ protect: true }))),
      "Stack shop is deployed as protected: docker:index/volume:Volume registry-data may not be deleted. Nothing was changed. Its description now says force; deploy that first: npx wharf up --stack shop",
    ],
    [
      "images that the description keeps and the state does not",
      () => refuseByState("shop", { deletion: "retain" }, stateOf(volume())),
      "The description of stack shop keeps the images, but the deployed stack deletes them. Nothing was changed. Deploy the description first: npx wharf up --stack shop",
    ],
    [
      "to extend what is not a lab",
      () => extended("shop", { environment: "prod" }, 4, now),
      "Stack shop is prod, not a lab: it does not expire. Nothing was changed.",
    ],
    [
      "to extend what never expires",
      () => extended("shop", { environment: "lab" }, 4, now),
      "Lab shop never expires. Nothing was changed. Give it a lifetime first:\n  pulumi config set --path 'wharf:lab.ttlHours' 8 --stack shop\n  npx wharf up --stack shop",
    ],
    [
      "to extend by nobody knows how much",
      () => extended("shop", { environment: "lab", expiresAt: at(1) }, undefined, now),
      "The description of stack shop has no wharf:lab.ttlHours. Nothing was changed. Give the hours: npx wharf extend --hours 8 --stack shop",
    ],
  ])("%s", (_, call, message) => expect(said(call)).toBe(message));

  it("accepts only --yes where no images are lost, and for a lab", () => {
    const empty = { images: 0, repositories: 0 };
    expect(said(() => mustBeConfirmed(options, { ...toll, contents: empty }))).toBe("");
    expect(said(() => mustBeConfirmed(options, { ...toll, imagesGo: false }))).toBe("");
    expect(said(() => mustBeConfirmed(options, { ...toll, environment: "lab" }))).toBe("");
    expect(said(() => mustBeConfirmed({ ...options, confirm: "shop" }, toll))).toBe("");
    const kept = stateOf(volume({ retainOnDelete: true }));
    expect(said(() => refuseByState("shop", { deletion: "retain" }, kept))).toBe("");
  });

  it("counts hours from the end, or from now where that has passed", () => {
    const lab = (expiresAt: string) => ({ environment: "lab", expiresAt });
    expect(extended("shop", lab(at(2)), 4, now - 250)).toBe("2027-01-31T18:00:00.000Z");
    expect(extended("shop", lab(at(-2)), 4, now - 250)).toBe("2027-01-31T16:00:00.000Z");
  });

  it("shows what goes", () => {
    expect(tollLines("shop", toll)).toBe(`Stack shop (staging, target docker):
  Resources     4: 3 Container, 1 Volume
  Repositories  shop/api
  Images        2 images in 1 repository (12.4 MB), which are deleted with it
  Saves         $12.40 a month`);
  });
});
