// Style sheets are imported for their effect; the bundler turns them into main.css.
declare module '*.css';
