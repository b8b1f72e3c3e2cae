import { useApp } from 'ink';

/** What leaves the screen: `const leave = useLeave<Answers>(); leave(answers)`. An Error is thrown by `showScreen`. */
export function useLeave<T>(): (value?: T) => void {
  return useApp().exit;
}
