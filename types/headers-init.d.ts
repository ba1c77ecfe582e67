// `@ai-sdk/provider-utils` names the DOM's `HeadersInit`, which @types/node 20 does not declare globally.
type HeadersInit = ConstructorParameters<typeof Headers>[0];
