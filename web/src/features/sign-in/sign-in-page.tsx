import { type FormEvent, useEffect, useState } from 'react';
import { ApiError, signIn } from '@/api/client';
import type { Session } from '@/api/types';
import { t } from '@/lib/strings';
import { Button } from '@/ui/button';
import { Mark } from '@/ui/icon';
import css from './sign-in-page.module.css';

/// Stands at whatever address was asked for; once signed in, the app goes on from there.
export default function SignInPage({ onSignedIn }: { onSignedIn: (session: Session) => void }) {
  const [working, setWorking] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    document.title = t.signIn.title;
  }, []);

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    setWorking(true);
    setProblem(null);
    try {
      onSignedIn(await signIn(String(fields.get('email')).trim(), String(fields.get('password'))));
    } catch (error) {
      setProblem(explain(error));
      setWorking(false);
    }
  };
  return (
    <main className={css.page}>
      <div className={css.box}>
        <h1 className={css.title}>
          <Mark size={28} />
          {t.signIn.title}
        </h1>
        <form className={css.form} onSubmit={(event) => void submit(event)}>
          <label>
            {t.signIn.email}
            <input name="email" type="email" autoComplete="username" required autoFocus />
          </label>
          <label>
            {t.signIn.password}
            <input name="password" type="password" autoComplete="current-password" required />
          </label>
          {problem && (
            <p className={css.error} role="alert">
              {problem}
            </p>
          )}
          <Button type="submit" primary disabled={working}>
            {working ? t.signIn.working : t.signIn.submit}
          </Button>
        </form>
        <p className={css.hint}>{t.signIn.hint}</p>
      </div>
    </main>
  );
}

function explain(error: unknown): string {
  if (!(error instanceof ApiError)) return t.error.network;
  if (error.status === 401) return t.signIn.wrong;
  if (error.status === 429) return t.signIn.many;
  return error.code === 'network' ? t.error.network : error.message;
}
