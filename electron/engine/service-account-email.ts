// Looks into a credentials file for a host that has to know whose it is before it hands it to the engine.
import { readCredentialsText } from './account/google-client.ts';
import { parseCredentialsFile } from './drive/credentials-file.ts';

/** The address of the service account in a credentials file; null: the file is an OAuth client. */
export async function readServiceAccountEmail(file: string): Promise<string | null> {
  const credentials = parseCredentialsFile(await readCredentialsText(file));
  return credentials.kind === 'client' ? null : credentials.account.clientEmail;
}
