// The parts of the words for sign-ins, credentials and folders that depend on the reason. The rest is in drive.ts.

/** Google's error words for the authorisation page: https://developers.google.com/identity/protocols/oauth2/native-app */
export function describeSignInRemedy(reason: string): string {
  switch (reason) {
    case 'admin_policy_enforced':
      return 'The company’s rules block the app. Ask an administrator of Google Workspace to allow it, then sign in again.';
    case 'org_internal':
      return 'The OAuth client is for members of one company only. Sign in with such an account, or use another client.';
    case 'redirect_uri_mismatch':
      return 'The OAuth client is not of the type “Desktop app”. Make one of that type and give PgKeep its JSON file.';
    case 'listen':
      return 'Another program keeps this computer’s own address 127.0.0.1 closed, such as a firewall. Allow PgKeep there and sign in again.';
    default:
      return 'Check the client ID and client secret; the OAuth client must be of the type “Desktop app”. Then sign in again.';
  }
}

export function describeKeyRefusal(reason: string): string {
  if (reason === 'unauthorized_client') {
    return 'The service account may not act for this person: the delegation is not allowed, or not for this scope.';
  }
  return 'The key was removed, the service account is switched off or gone, or the request could not be checked.';
}

export function describeCredentials(found: string): string {
  switch (found) {
    case 'web':
      return 'It is an OAuth client of the type “Web application”. Google lets a desktop program sign in only with one of the type “Desktop app”.';
    case 'service-account':
      return 'It is the key of a service account, not an OAuth client. It has a place of its own.';
    case 'client':
      return 'It is an OAuth client, not the key of a service account.';
    case 'authorized_user':
      return 'It is a stored sign-in of the gcloud program, not an OAuth client.';
    case 'damaged-key':
      return 'It is the key of a service account, but its private key cannot be read.';
    case 'no-json':
      return 'It is not a JSON file as Google’s console offers it.';
    default:
      return 'It is neither an OAuth client of the type “Desktop app” nor the key of a service account.';
  }
}

export function describeFolderProblem(reason: string, folder: string): string {
  switch (reason) {
    case 'no-address':
      return 'This is neither the address of a Drive folder nor its id.';
    case 'unseen':
      return 'Google does not show this folder to PgKeep: it is not there, or it was never opened to PgKeep.';
    case 'unseen-by-service-account':
      return 'The service account does not see this folder: it is not there, or it is no member of the shared drive.';
    case 'none-picked':
      return 'No folder was chosen on Google’s page. Backups go where they went before.';
    case 'no-folder':
      return `“${folder}” is a file, not a folder.`;
    case 'trashed':
      return `“${folder}” lies in the trash.`;
    case 'read-only':
      return `The account may look into “${folder}” but not put files there.`;
    case 'my-drive':
      return `“${folder}” is not on a shared drive, and a service account has no storage of its own.`;
    case 'gone':
      return `“${folder}”, which was chosen for the backups, is not on Drive any more, or not shown to PgKeep.`;
    default:
      return 'The chosen folder cannot be used any more.';
  }
}

export function describeFolderRemedy(reason: string): string {
  switch (reason) {
    case 'no-address':
      return 'Open the folder in the browser and copy the address from there.';
    case 'unseen':
      return 'Choose it on Google’s own page instead: in the window by “Choose in Google’s page”, on the command line by “account folder --choose”. That opens it to PgKeep.';
    case 'unseen-by-service-account':
      return 'Add the service account’s address as a member of the shared drive with the role “Content manager”.';
    case 'trashed':
      return 'Take it out of the trash, or choose another folder.';
    case 'read-only':
      return 'Have the role “Content manager” given to the account, or choose another folder.';
    default:
      return 'Choose another folder.';
  }
}
