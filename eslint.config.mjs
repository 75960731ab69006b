// Lint: TypeScript's strict rules with types, React's rules for the window, and the project's own: imports by layer, no
// default exports, no enums. Scripts in .mjs are linted without types. What only litters clean code is off, with a reason.
import path from 'node:path';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';
import { explainImport } from './build/layers.mjs';

const root = import.meta.dirname;

/** The import table of build/layers.mjs as a rule. */
const layerImports = {
  meta: { type: 'problem', schema: [] },
  create(context) {
    const file = path.relative(root, context.filename).split(path.sep).join('/');
    const check = (node) => {
      if (typeof node?.value !== 'string') return;
      const problem = explainImport(file, node.value);
      if (problem !== null) context.report({ node, message: problem });
    };
    return {
      ImportDeclaration: (node) => check(node.source),
      ExportNamedDeclaration: (node) => check(node.source),
      ExportAllDeclaration: (node) => check(node.source),
      ImportExpression: (node) => check(node.source),
    };
  },
};

const restrictedSyntax = [
  { selector: 'TSEnumDeclaration', message: 'use a closed union of strings instead of an enum' },
  { selector: 'ExportDefaultDeclaration', message: 'export by name: a default export has as many names as importers' },
  { selector: 'ExportAllDeclaration', message: 'name what is exported: no barrels' },
];

export default tseslint.config(
  { ignores: ['dist/', 'release/', 'node_modules/'] },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: root } },
    plugins: { pgkeep: { rules: { 'layer-imports': layerImports } } },
    rules: {
      'pgkeep/layer-imports': 'error',
      'no-restricted-syntax': ['error', ...restrictedSyntax],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports' }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      // Numbers in texts are what texts are for; everything else must be turned into words on purpose.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // `() => list.push(x)` as a callback is plain; the confusing uses stay errors.
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // Event names and option objects come as index signatures; brackets say that a key may be missing.
      '@typescript-eslint/dot-notation': 'off',
      // An interface and a type alias are both fine; the nouns derived from schemas can only be aliases.
      '@typescript-eslint/consistent-type-definitions': 'off',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrorsIgnorePattern: '^_' },
      ],
    },
  },
  {
    files: ['renderer/**/*.{ts,tsx}'],
    extends: [reactHooks.configs.flat['recommended-latest']],
    rules: {
      // React ignores what a handler returns; the promise's own errors are the handler's business.
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
    },
  },
  {
    files: ['test/**/*.ts', 'electron/cli.ts', 'electron/cli/**/*.ts'],
    rules: { 'no-console': 'off' },
  },
  {
    // Vitest's configuration is a default export by its own rule.
    files: ['vitest.config.ts'],
    rules: { 'no-restricted-syntax': 'off' },
  },
  {
    files: ['**/*.{mjs,cjs}'],
    extends: [tseslint.configs.base],
    rules: {
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'error',
      'prefer-const': 'error',
      '@typescript-eslint/no-unused-vars': 'error',
    },
  },
);
