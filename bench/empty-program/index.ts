import "@pulumi/pulumi";

export = async () => ({});
