import { createContext, use } from 'react';
import { catalogueFor, type Strings } from './catalogue.ts';

export const StringsContext = createContext<Strings>(catalogueFor('en'));

/** The words of the language in use: `const { common, wizard } = useStrings()`. */
export const useStrings = (): Strings => use(StringsContext);
