// Tells zod to check without generated code, which the page's content security policy forbids. Must be imported before
// any schema is made.
import { z } from 'zod';

z.config({ jitless: true });
