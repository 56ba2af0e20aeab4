/**
 * Grammar of a project's id (cloud.google.com/resource-manager/docs/creating-managing-projects); a domain of its own stands before
 * old projects of some companies.
 */
export const projectId = /^([a-z0-9.-]+:)?[a-z][a-z0-9-]{4,28}[a-z0-9]$/;
