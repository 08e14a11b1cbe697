export function headlessEnvironment(
  runtime: { readonly executable: string },
  found: { readonly systemHasVulkan: boolean },
  env?: Readonly<Record<string, string | undefined>>,
): Record<string, string>;
